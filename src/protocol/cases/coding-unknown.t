A transfer coding that is not known is refused (RFC 9112, 6.1).

--- in
POST / HTTP/1.1
Host: localhost
Transfer-Encoding: gzip, chunked

--- out
HTTP/1.1 501 Not Implemented
Connection: close
