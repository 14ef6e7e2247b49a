KeepAlive Off closes after each answer, and says so.

--- conf
KeepAlive Off
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Connection: close
--- closed
