--- needs no-dso
--- conf
LoadFile libs/libmagic.so
--- conf error
libs/libmagic.so cannot be loaded
