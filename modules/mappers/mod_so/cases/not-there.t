--- needs no-dso
--- conf
LoadModule magic_module modules/mod_magic.so
--- conf error
magic_module is not compiled in
