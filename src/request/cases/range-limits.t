MaxRanges bounds how many ranges are served; none switches them off.

--- conf
<Location /two>
  MaxRanges 2
</Location>
<Location /none>
  MaxRanges none
</Location>
--- file two/a.txt raw
0123456789
--- file none/a.txt raw
0123456789
--- in
GET /two/a.txt HTTP/1.1
Host: localhost
Range: bytes=0-0,2-2

--- out
HTTP/1.1 206 Partial Content
--- in
GET /two/a.txt HTTP/1.1
Host: localhost
Range: bytes=0-0,2-2,4-4

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- in
GET /none/a.txt HTTP/1.1
Host: localhost
Range: bytes=0-0

--- out
HTTP/1.1 200 OK
Accept-Ranges: none
