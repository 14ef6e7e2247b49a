Without Allow0.9 a request without a version is told so.

--- in raw
GET /a\r\n
--- out
HTTP/1.1 400 Bad Request
--- closed
