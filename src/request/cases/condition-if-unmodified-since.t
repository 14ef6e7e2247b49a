If-Unmodified-Since (RFC 9110, 13.1.4).

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Unmodified-Since: Mon, 01 Jan 2024 00:00:01 GMT

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Unmodified-Since: Sun, 31 Dec 2023 23:59:59 GMT

--- out
HTTP/1.1 412 Precondition Failed
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Unmodified-Since: x

--- out
HTTP/1.1 200 OK
