--- conf
PassEnv PATH
Header always set X-Path "%{PATH}e"
--- needs mod_headers
--- in
GET /none HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
X-Path: ~ /
