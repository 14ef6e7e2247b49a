A length beside chunks is how requests are smuggled (RFC 9112, 6.1): refused.

--- in
POST / HTTP/1.1
Host: localhost
Content-Length: 5
Transfer-Encoding: chunked

0

--- out
HTTP/1.1 400 Bad Request
Connection: close
--- closed
