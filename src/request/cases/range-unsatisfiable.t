A range beyond the end is a 416 that tells the length (RFC 9110, 15.5.17).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=10-

--- out
HTTP/1.1 416 Range Not Satisfiable
Content-Range: bytes */10
!ETag
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=-0

--- out
HTTP/1.1 416 Range Not Satisfiable
Content-Range: bytes */10
