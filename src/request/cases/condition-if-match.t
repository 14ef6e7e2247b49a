If-Match compares strongly (RFC 9110, 13.1.1).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Match: "a-60dd710212000"

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Match: *

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Match: "x", "a-60dd710212000"

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Match: "x"

--- out
HTTP/1.1 412 Precondition Failed
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Match: W/"a-60dd710212000"

--- out
HTTP/1.1 412 Precondition Failed
