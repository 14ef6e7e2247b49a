Fields that files have can be changed too, but not how the answer is framed.

--- conf
Header set Content-Type text/x-own
Header unset ETag
Header set Content-Length 1
Header unset Transfer-Encoding
--- file a.html
abc
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Content-Type: text/x-own
!ETag
--- body
abc
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
