Groups go into the target; what the client sent stays data there.

--- conf
RedirectMatch ^/p/(.*)$ http://example.org/a%20b/$1
RedirectMatch 307 ^/q/(.*)$ http://example.org/?x=$1
RedirectMatch 404 \.bak$
--- in
GET /p/100%25?y HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://example.org/a%20b/100%25?y
--- in
GET /q/v%3fw%20x?y HTTP/1.1
Host: x

--- out
HTTP/1.1 307 Temporary Redirect
Location: http://example.org/?x=v%3fw%20x
--- in
GET /p/%0d%0aX-Forged:%201 HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://example.org/a%20b/%0d%0aX-Forged:%201
!X-Forged
--- in
GET /a.bak HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
!Location
