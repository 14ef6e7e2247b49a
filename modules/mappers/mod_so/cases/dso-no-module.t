A file that is no module is not opened.

--- needs dso
--- file ${ROOT}/modules/mod_text.so
text
--- conf
LoadModule text_module modules/mod_text.so
--- conf error
modules/mod_text.so is no module of this server
  hint: build it with this server's apxs
