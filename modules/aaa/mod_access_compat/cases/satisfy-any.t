--- conf
<Location />
  Require all denied
  Satisfy Any
  Order deny,allow
  Deny from all
  Allow from 127.0.0.1
</Location>
--- needs mod_authz_core
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
