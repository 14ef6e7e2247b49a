Several ranges are parts of a multipart/byteranges.

--- needs mod_mime
--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1,8-9

--- out
HTTP/1.1 206 Partial Content
Content-Type: ~ ^multipart/byteranges; boundary=[0-9a-f]{16}$
!Content-Range

Content-Type: text/plain
Content-Range: bytes 0-1/10
01
Content-Range: bytes 8-9/10
89
~ ^--[0-9a-f]{16}--
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1,20-30

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 0-1/10
Content-Length: 2
--- body raw
01
