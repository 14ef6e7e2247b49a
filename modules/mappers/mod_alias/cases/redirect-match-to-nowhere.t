A target that comes out as no URL is an error of the server, not a header field.

--- conf
RedirectMatch ^/to/(.*)$ $1
--- in
GET /to/nowhere HTTP/1.1
Host: x

--- out
HTTP/1.1 500 Internal Server Error
!Location
--- log
AH00673
