Neither a bare NUL byte nor an encoded one names a file.

--- in raw
GET /a\x00b HTTP/1.1\r\n
Host: localhost\r\n
\r\n
--- out
HTTP/1.1 400 Bad Request
--- closed
--- connect
--- in
GET /a%00b HTTP/1.1
Host: localhost

--- out
~ HTTP/1.1 (400 Bad Request|404 Not Found)
