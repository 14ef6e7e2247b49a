If-Modified-Since in the three forms of a date; what is none is not there (RFC 9110, 13.1.3).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Modified-Since: Mon, 01 Jan 2024 00:00:01 GMT

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Modified-Since: Sun, 31 Dec 2023 23:59:59 GMT

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Modified-Since: Monday, 01-Jan-24 00:00:00 GMT

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Modified-Since: Mon Jan  1 00:00:00 2024

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Modified-Since: yesterday

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT
If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT

--- out
HTTP/1.1 200 OK
