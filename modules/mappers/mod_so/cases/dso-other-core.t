A module that was built for another core is refused before any of it runs, with the names of both.

--- needs dso
--- file ${ROOT}/modules/mod_old.so raw
\x7fELF\x00httpd_core_0_0_9__rustc1_80_0__0123456789abcdef\x00httpd_module_old_module\x00
--- conf
LoadModule old_module modules/mod_old.so
--- conf error
~ ^modules/mod_old\.so was built for 0\.0\.9-rustc1\.80\.0-0123456789abcdef, and this server is [0-9.]+-rustc[0-9.a-z-]+-[0-9a-f]{16}$
