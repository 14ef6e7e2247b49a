DefaultType is accepted for the sake of old configurations, and said to do nothing.

--- conf
DefaultType text/plain
--- file a
x
--- conf warning
DefaultType has no effect
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
