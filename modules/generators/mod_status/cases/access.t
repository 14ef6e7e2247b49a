The handler is for whom the section lets in.

--- conf
<Location /server-status>
  SetHandler server-status
  Require ip 192.0.2.1
</Location>
--- needs mod_authz_host
--- in
GET /server-status HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
