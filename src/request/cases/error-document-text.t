ErrorDocument with a text.

--- conf
ErrorDocument 404 "<b>not here</b>"
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
Content-Type: text/html; charset=utf-8

<b>not here</b>
!<h1>
