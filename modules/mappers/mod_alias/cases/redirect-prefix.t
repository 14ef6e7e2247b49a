What follows the prefix follows the target, escaped.

--- conf
Redirect /old http://example.org/new
--- in
GET /old HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://example.org/new
--- in
GET /old/a%20b%3f%25;c HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://example.org/new/a%20b%3f%25;c
--- in
GET /old/%0d%0aX-Forged:1 HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://example.org/new/%0d%0aX-Forged:1
!X-Forged
--- in
GET /older HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
