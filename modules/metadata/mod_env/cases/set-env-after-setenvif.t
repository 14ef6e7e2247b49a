What SetEnvIf says of a request counts more than SetEnv and UnsetEnv.

--- conf
SetEnvIf Request_URI . A=by-request B=by-request
SetEnv A by-server
UnsetEnv B
Header always set X-Env "%{A}e|%{B}e"
--- needs mod_headers mod_setenvif
--- in
GET /none HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
X-Env: by-request|by-request
