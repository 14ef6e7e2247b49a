Two lengths that differ could make two servers see different requests (RFC 9112, 6.3).

--- in
POST / HTTP/1.1
Host: localhost
Content-Length: 5
Content-Length: 6

hello
--- out
HTTP/1.1 400 Bad Request
Connection: close
--- closed
