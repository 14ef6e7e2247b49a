HTTP/1.1 needs one sound Host (RFC 9112, 3.2).

--- in
GET / HTTP/1.1

--- out
HTTP/1.1 400 Bad Request
Connection: close
--- closed
--- connect
--- in
GET / HTTP/1.1
Host: a
Host: b

--- out
HTTP/1.1 400 Bad Request
--- closed
--- connect
--- in
GET / HTTP/1.1
Host: a b

--- out
HTTP/1.1 400 Bad Request
--- closed
