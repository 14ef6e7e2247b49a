A file is sent with what caches need to know of it.

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT
ETag: "a-60dd710212000"
Accept-Ranges: bytes
Content-Length: 10

--- body raw
0123456789
