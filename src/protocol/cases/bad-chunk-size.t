A chunk size that is no number ends the connection: nobody knows where the next request would begin.

--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Transfer-Encoding: chunked

zz
hello
0

GET /a HTTP/1.1
Host: localhost

--- out
~ HTTP/1.1 (200|400) 
--- closed
