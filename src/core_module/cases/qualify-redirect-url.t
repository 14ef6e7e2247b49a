REDIRECT_URL is a path, or with QualifyRedirectURL a whole URL.

--- conf
ErrorDocument 404 /told.html
QualifyRedirectURL On
SetEnvIf Request_URI told seen
Header always set Was "%{REDIRECT_URL}e"
--- needs mod_headers.c mod_setenvif.c
--- file told.html
told
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
Was: ~ ^http://localhost(:\d+)?/none$
