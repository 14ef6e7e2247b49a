--- conf
<Location /closed>
  Require all denied
</Location>
<Location /a.html>
  Require all granted
</Location>
--- file a.html
a
--- in
GET /closed HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
