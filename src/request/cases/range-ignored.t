A range that is malformed, of another unit or with a method other than GET counts for nothing.

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=4-2

--- out
HTTP/1.1 200 OK
Content-Length: 10
!Content-Range
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=a-b

--- out
HTTP/1.1 200 OK
Content-Length: 10
!Content-Range
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: lines=1-2

--- out
HTTP/1.1 200 OK
Content-Length: 10
!Content-Range
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes

--- out
HTTP/1.1 200 OK
Content-Length: 10
!Content-Range
--- in
GET /a.txt HTTP/1.1
Host: localhost
Range: bytes=

--- out
HTTP/1.1 200 OK
Content-Length: 10
!Content-Range
--- in
HEAD /a.txt HTTP/1.1
Host: localhost
Range: bytes=0-1

--- out
HTTP/1.1 200 OK
Content-Length: 10
