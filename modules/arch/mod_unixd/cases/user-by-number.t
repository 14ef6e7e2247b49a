A user and a group can be numbers that have no name.

--- conf
User #65533
Group #65533
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
