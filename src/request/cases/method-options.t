OPTIONS tells what a file can be asked with; with an asterisk it is only a ping.

--- file a.txt
x
--- in
OPTIONS /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Allow: GET,HEAD,POST,OPTIONS,TRACE
Content-Length: 0
--- in
OPTIONS * HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Allow
Content-Length: 0
