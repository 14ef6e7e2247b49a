More header fields than LimitRequestFields are refused, as many are not.

--- conf
LimitRequestFields 3
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
A: 1
B: 2

--- out
HTTP/1.1 200 OK
--- in
GET /a HTTP/1.1
Host: localhost
A: 1
B: 2
C: 3

--- out
HTTP/1.1 431 Request Header Fields Too Large
Connection: close
--- closed
