--- conf
<Location /a.html>
  AuthzSendForbiddenOnFailure On
  Require all denied
</Location>
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
