--- conf
Redirect 301 /a
--- conf error
Only in a section, a redirect needs no URL path
