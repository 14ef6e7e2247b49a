Header echo gives fields of the request back.

--- conf
Header echo ^X-Ping
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x
X-Ping: 1
x-ping-two: 2
X-Pong: 3

--- out
HTTP/1.1 200 OK
X-Ping: 1
x-ping-two: 2
!X-Pong
