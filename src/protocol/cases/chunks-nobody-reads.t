So is one in chunks.

--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Transfer-Encoding: chunked

5;note="x"
hello
0

GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- out
HTTP/1.1 200 OK
