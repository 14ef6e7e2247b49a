--- conf
<Location /a>
  Require all denied
</Location>
<Location /a/open>
  Require all granted
</Location>
<Location /a/and>
  AuthMerging And
  Require all granted
</Location>
<Location /a/or>
  AuthMerging Or
  Require method GET
</Location>
--- in
GET /a/x HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
--- in
GET /a/open HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /a/and HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
--- in
GET /a/or HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
