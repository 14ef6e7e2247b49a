What a client sent and the server did not read is not read as the next client's.

--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Connection: close

GET /a HTTP/1.1
Host: elsewhere

--- out
HTTP/1.1 200 OK
Connection: close
--- closed
--- connect
--- in
nonsense

GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 400 Bad Request
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
