If-Range: the part only of the very same representation, else the whole (RFC 9110, 13.1.5).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: "a-60dd710212000"

--- out
HTTP/1.1 206 Partial Content
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: Mon, 01 Jan 2024 00:00:00 GMT

--- out
HTTP/1.1 206 Partial Content
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: "x"

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: W/"a-60dd710212000"

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: Sun, 31 Dec 2023 23:59:59 GMT

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: Mon, 01 Jan 2024 00:00:01 GMT

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: x

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1
If-Range: "a-60dd710212000"
If-Range: "x"

--- out
HTTP/1.1 200 OK
Content-Length: 10
