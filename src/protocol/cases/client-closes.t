A client that says close gets its answer and the end.

--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Connection: close

--- out
HTTP/1.1 200 OK
Connection: close
--- closed
