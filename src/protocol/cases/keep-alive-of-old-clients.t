HTTP/1.0 closes, unless the client asks to keep the connection.

--- file a
x
--- in
GET /a HTTP/1.0
Connection: keep-alive

--- out
HTTP/1.1 200 OK
Connection: Keep-Alive
--- in
GET /a HTTP/1.0

--- out
HTTP/1.1 200 OK
Connection: close
--- closed
