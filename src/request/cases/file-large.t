A file that is too large to be kept is sent all the same.

--- file a.txt raw
${repeat 100000 x}
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Length: 100000
ETag: "186a0-60dd710212000"
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=99990-

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 99990-99999/100000
Content-Length: 10
--- body raw
xxxxxxxxxx
