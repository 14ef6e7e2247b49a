Require1.0 refuses the oldest form of request; without it a line alone is answered by a body alone.

--- conf
HttpProtocolOptions Require1.0
--- file a
x
--- in
GET /a

--- out
HTTP/1.1 400 Bad Request
--- closed
