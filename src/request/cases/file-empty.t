An empty file is an answer of length 0.

--- file a.txt raw
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Length: 0
