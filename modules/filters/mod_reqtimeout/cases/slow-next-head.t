A kept-alive connection waits for its next request as long as KeepAliveTimeout says; once that has begun, it must come.

--- conf
RequestReadTimeout header=3
KeepAliveTimeout 3600
--- file index.html
hello
--- in
GET /index.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Connection
--- in
GET /index.html HTTP/1.1
--- out
HTTP/1.1 408 Request Timeout
Connection: close
--- closed
