--- conf
<Location /a.html>
  Require method GET
</Location>
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- in
OPTIONS /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
