Dots at the front belong to the name: a file called .txt is no text.

--- file .txt
x
--- file .a.txt
x
--- in
GET /.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
--- in
GET /.a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain
