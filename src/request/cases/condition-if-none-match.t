If-None-Match compares weakly, knows lists and the asterisk (RFC 9110, 13.1.2).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "a-60dd710212000"

--- out
HTTP/1.1 304 Not Modified
--- in
HEAD /a.txt HTTP/1.1
Host: localhost
If-None-Match: "a-60dd710212000"

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: W/"a-60dd710212000"

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "x", "a-60dd710212000"

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "x"
If-None-Match: "a-60dd710212000"

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: *

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "x"

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: x

--- out
HTTP/1.1 200 OK
