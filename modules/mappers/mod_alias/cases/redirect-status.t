A status is a word or a number.

--- conf
Redirect permanent /permanent http://e/
Redirect temp /temp http://e/
Redirect seeother /seeother http://e/
Redirect gone /gone
Redirect 307 /307 http://e/
Redirect 308 /308 http://e/
Redirect 404 /404
--- in
GET /permanent HTTP/1.1
Host: x

--- out
HTTP/1.1 301 Moved Permanently
Location: http://e/
--- in
GET /temp HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://e/
--- in
GET /seeother HTTP/1.1
Host: x

--- out
HTTP/1.1 303 See Other
Location: http://e/
--- in
GET /gone/x HTTP/1.1
Host: x

--- out
HTTP/1.1 410 Gone
!Location
--- in
GET /307 HTTP/1.1
Host: x

--- out
HTTP/1.1 307 Temporary Redirect
Location: http://e/
--- in
GET /308 HTTP/1.1
Host: x

--- out
HTTP/1.1 308 Permanent Redirect
Location: http://e/
--- in
GET /404/x HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
!Location
