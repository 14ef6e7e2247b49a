--- conf
<Location />
  Require host example.invalid
</Location>
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
