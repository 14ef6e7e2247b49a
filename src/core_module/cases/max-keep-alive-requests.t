MaxKeepAliveRequests answers close the connection with the last of them.

--- conf
MaxKeepAliveRequests 2
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Connection
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Connection: close
--- closed
