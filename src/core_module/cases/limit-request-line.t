A request line longer than LimitRequestLine is refused, a shorter one is not.

--- conf
LimitRequestLine 60
--- file a
x
--- in
GET /a?${repeat 38 b} HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /a?${repeat 60 b} HTTP/1.1
Host: localhost

--- out
HTTP/1.1 414 URI Too Long
Connection: close
--- closed
