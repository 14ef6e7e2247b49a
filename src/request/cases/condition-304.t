304 keeps the validators and leaves out what describes the content (RFC 9110, 15.4.5).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "a-60dd710212000"

--- out
HTTP/1.1 304 Not Modified
ETag: "a-60dd710212000"
Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT
!Content-Type
!Content-Length
--- body raw
--- in
GET /none HTTP/1.1
Host: localhost
If-None-Match: *

--- out
HTTP/1.1 404 Not Found
