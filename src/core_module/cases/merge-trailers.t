Fields behind a chunked body belong to the request only where MergeTrailers is on; either way the next request is found.

--- conf
MergeTrailers On
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Transfer-Encoding: chunked

3
abc
0
X-Late: 1

GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- out
HTTP/1.1 200 OK
