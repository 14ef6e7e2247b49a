Header fields of the request can depend on expressions too.

--- conf
RequestHeader set X-Seen "expr=%{REQUEST_URI}" "expr=-z req('X-Seen')"
Header echo ^X-Seen$
--- file x
x
--- in
GET /x HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
X-Seen: /x
--- in
GET /x HTTP/1.1
Host: localhost
X-Seen: mine

--- out
HTTP/1.1 200 OK
X-Seen: mine
