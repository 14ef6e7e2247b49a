Include of nothing is an error, IncludeOptional of nothing is not; files come in the order of their names.

--- conf
IncludeOptional conf/none/*.conf
Include conf/parts/*.conf
--- file ${ROOT}/conf/parts/20.conf
ForceType text/x-last
--- file ${ROOT}/conf/parts/10.conf
ForceType text/x-first
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-last
