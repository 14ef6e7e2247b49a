MaxRangeOverlaps and MaxRangeReversals bound what ranges may do to each other.

--- conf
<Location /overlap>
  MaxRangeOverlaps none
</Location>
<Location /back>
  MaxRangeReversals 1
</Location>
--- file overlap/a.txt raw
0123456789
--- file back/a.txt raw
0123456789
--- in
GET /overlap/a.txt HTTP/1.1
Host: localhost
Range: bytes=0-3,2-5

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /back/a.txt HTTP/1.1
Host: localhost
Range: bytes=4-4,0-0

--- out
HTTP/1.1 206 Partial Content
--- in
GET /back/a.txt HTTP/1.1
Host: localhost
Range: bytes=6-6,3-3,0-0

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /back/a.txt HTTP/1.1
Host: localhost
Range: bytes=0-3,2-5

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 0-5/10
