--- conf
PassEnv NOBODY_SETS_THIS
--- conf warning
the variable NOBODY_SETS_THIS is not set
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
