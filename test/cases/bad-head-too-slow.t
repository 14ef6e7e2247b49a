Timeout bounds the time that a head may take.

--- conf
Timeout 3
--- in raw
GET / HTTP/1.1\r\nHost: loc
--- out
HTTP/1.1 408 Request Timeout
Connection: close
--- closed
