One range is a 206 with the part (RFC 9110, 15.3.7).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=2-4

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 2-4/10
Content-Length: 3
--- body raw
234
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=7-

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 7-9/10
Content-Length: 3
--- body raw
789
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=-2

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 8-9/10
Content-Length: 2
--- body raw
89
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-99

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 0-9/10
Content-Length: 10
--- body raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: Bytes=0-0

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 0-0/10
Content-Length: 1
--- body raw
0
