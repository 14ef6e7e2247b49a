TRACE sends the head back but for the secrets in it (RFC 9110, 9.3.8).

--- in
TRACE /a?b HTTP/1.1
Host: localhost
X-Mine: 1
Cookie: secret=1
Authorization: Basic eDp5

--- out
HTTP/1.1 200 OK
Content-Type: message/http

TRACE /a?b HTTP/1.1
Host: localhost
X-Mine: 1
!secret
!eDp5
--- in
TRACE / HTTP/1.1
Host: localhost
Content-Length: 4

body
--- out
HTTP/1.1 413 Content Too Large
