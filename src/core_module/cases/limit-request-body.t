A body longer than LimitRequestBody is refused before it is read.

--- conf
LimitRequestBody 5
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Content-Length: 6

--- out
HTTP/1.1 413 Content Too Large
Connection: close
