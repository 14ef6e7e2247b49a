HEAD tells what GET would, and sends no body.

--- file a.txt raw
0123456789
--- in
HEAD /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT
ETag: "a-60dd710212000"
Content-Length: 10

--- body raw
--- in
HEAD /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
--- body raw
