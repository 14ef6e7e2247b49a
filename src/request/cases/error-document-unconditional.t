The conditions and ranges of a request are not about the page of its error.

--- conf
ErrorDocument 404 /error.txt
--- file error.txt raw
sorry
--- in
GET /none HTTP/1.1
Host: localhost
If-None-Match: *

--- out
HTTP/1.1 404 Not Found
Content-Length: 5
--- in
GET /none HTTP/1.1
Host: localhost
Range: bytes=0-1

--- out
HTTP/1.1 404 Not Found
Content-Length: 5
