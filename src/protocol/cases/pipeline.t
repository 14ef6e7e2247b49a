Requests that come together are answered one after the other, in their order.

--- file a
first
--- file b
second
--- in
GET /a HTTP/1.1
Host: localhost

HEAD /a HTTP/1.1
Host: localhost

GET /b HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- body
first
--- out
HTTP/1.1 200 OK
Content-Length: 6
--- out
HTTP/1.1 200 OK
--- body
second
