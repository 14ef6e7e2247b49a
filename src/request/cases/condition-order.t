Conditions are looked at in the order of RFC 9110, 13.2.2; dates only where there is no tag.

--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Match: "x"
If-None-Match: "a-60dd710212000"

--- out
HTTP/1.1 412 Precondition Failed
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-Match: "a-60dd710212000"
If-Unmodified-Since: Sun, 31 Dec 2023 23:59:59 GMT

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "x"
If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT

--- out
HTTP/1.1 200 OK
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "a-60dd710212000"
If-Modified-Since: Sun, 31 Dec 2023 23:59:59 GMT

--- out
HTTP/1.1 304 Not Modified
--- in
GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "a-60dd710212000"
Range: bytes=0-1

--- out
HTTP/1.1 304 Not Modified
