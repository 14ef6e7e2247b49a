Where modules can be loaded, a file that is missing is told; the directives of the module are not.

--- needs dso
--- conf
LoadModule magic_module modules/mod_magic.so
MIMEMagicFile conf/magic
--- conf error
Cannot load modules/mod_magic.so into server: No such file or directory
!Invalid command
