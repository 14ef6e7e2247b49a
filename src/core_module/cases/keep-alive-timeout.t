A connection on which nothing comes for KeepAliveTimeout is closed without a word.

--- conf
KeepAliveTimeout 50ms
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Connection
--- closed
