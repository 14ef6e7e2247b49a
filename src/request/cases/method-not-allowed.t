Files take no other method, and the answer says which they take (RFC 9110, 15.5.6).

--- conf
TraceEnable Off
--- file a.txt
x
--- in
PUT /a.txt HTTP/1.1
Host: localhost
Content-Length: 0

--- out
HTTP/1.1 405 Method Not Allowed
Allow: GET,HEAD,POST,OPTIONS
--- in
DELETE /a.txt HTTP/1.1
Host: localhost
Content-Length: 0

--- out
HTTP/1.1 405 Method Not Allowed
Allow: GET,HEAD,POST,OPTIONS
--- in
POST /none HTTP/1.1
Host: localhost
Content-Length: 0

--- out
HTTP/1.1 404 Not Found
