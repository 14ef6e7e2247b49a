TraceEnable Off refuses TRACE.

--- conf
TraceEnable Off
--- in
TRACE / HTTP/1.1
Host: localhost

--- out
HTTP/1.1 405 Method Not Allowed
Allow: GET,HEAD,POST,OPTIONS
