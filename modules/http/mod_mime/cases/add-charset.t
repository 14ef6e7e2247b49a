AddCharset takes the place of a charset that the type names.

--- conf
AddType "text/html; charset=latin1" .html
AddCharset utf-8 .utf8
--- file a.html
x
--- file a.html.utf8
x
--- in
GET /a.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/html; charset=latin1
--- in
GET /a.html.utf8 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8
