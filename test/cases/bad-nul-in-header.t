A NUL byte in a field is no text (RFC 9110, 5.5).

--- in raw
GET / HTTP/1.1\r\n
Host: localhost\r\n
X-Evil: a\x00b\r\n
\r\n
--- out
HTTP/1.1 400 Bad Request
Connection: close
--- closed
