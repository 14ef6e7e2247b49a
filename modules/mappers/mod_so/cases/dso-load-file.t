Libraries are looked for below ServerRoot, and a bare name where the system keeps its own.

--- needs dso
--- conf
LoadFile libs/libmagic.so
--- conf error
Cannot load libs/libmagic.so into server
