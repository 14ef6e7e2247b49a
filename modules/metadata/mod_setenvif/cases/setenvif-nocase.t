--- conf
SetEnvIfNoCase X-A ABC LIKE=$0
SetEnvIf X-A ABC SAME
Header always set X-Env "%{LIKE}e|%{SAME}e"
--- needs mod_headers
--- in
GET /none HTTP/1.1
Host: x
X-A: xabcx

--- out
HTTP/1.1 404 Not Found
X-Env: abc|(null)
