A FallbackResource that is not there does not loop.

--- conf
FallbackResource /none
--- in
GET /other HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
