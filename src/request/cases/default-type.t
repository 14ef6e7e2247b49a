DefaultType none is all that is left of it: a file of an unknown kind has no type.

--- conf
DefaultType none
--- file README raw
x
--- in
GET /README HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
