An ErrorDocument that fails itself does not loop: the page tells both.

--- conf
ErrorDocument 404 /error.html
ErrorDocument 405 /error.html
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found

<h1>Not Found</h1>
Additionally, a 404 Not Found
--- in
DELETE / HTTP/1.1
Host: localhost
Content-Length: 0

--- out
HTTP/1.1 405 Method Not Allowed
Allow: GET,HEAD,POST,OPTIONS,TRACE

Additionally, a 404 Not Found
