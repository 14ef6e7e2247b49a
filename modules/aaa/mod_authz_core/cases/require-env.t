--- conf
SetEnvIf X-Key ^secret$ let_in
<Location /a.html>
  Require env let_in
</Location>
--- needs mod_setenvif
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
--- in
GET /a.html HTTP/1.1
Host: x
X-Key: secret

--- out
HTTP/1.1 200 OK
