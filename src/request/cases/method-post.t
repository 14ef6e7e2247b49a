A form that is posted to a file gets the file; one whose body is broken is told so.

--- file a.txt
x
--- in
POST /a.txt HTTP/1.1
Host: localhost
Content-Length: 3

a=b
--- out
HTTP/1.1 200 OK

x
--- in
POST /a.txt HTTP/1.1
Host: localhost
Transfer-Encoding: chunked

3
a=b
0

--- out
HTTP/1.1 200 OK
--- in
POST /a.txt HTTP/1.1
Host: localhost
Transfer-Encoding: chunked

xyz
--- out
HTTP/1.1 400 Bad Request
Connection: close
--- closed
