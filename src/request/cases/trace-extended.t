TraceEnable Extended sends a body back too.

--- conf
TraceEnable Extended
--- in
TRACE / HTTP/1.1
Host: localhost
Content-Length: 4

body
--- out
HTTP/1.1 200 OK
Content-Type: message/http

TRACE / HTTP/1.1
body
