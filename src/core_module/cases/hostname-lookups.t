Asking for names of clients delays an answer at worst.

--- conf
HostnameLookups On
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
