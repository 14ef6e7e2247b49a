AddDefaultCharset is for plain text and pages that name none.

--- needs mod_mime
--- conf
AddDefaultCharset UTF-8
--- file a.html
x
--- file a.css
x
--- in
GET /a.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/html; charset=UTF-8
--- in
GET /a.css HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/css
