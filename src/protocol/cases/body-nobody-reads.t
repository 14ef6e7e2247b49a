A body that no handler reads is read away, and the connection goes on.

--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Content-Length: 5

helloGET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- out
HTTP/1.1 200 OK
