TypesConfig lists media types by extension; a name with none has no type.

--- conf
TypesConfig conf/my.types
--- file ${ROOT}/conf/my.types
# mine
text/x-mine  mine MINE2
--- file a.mine
x
--- file a.mine2
x
--- file a.txt
x
--- in
GET /a.mine HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-mine
--- in
GET /a.mine2 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-mine
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
