The document of a refusal is refused where the same rules apply to it.

--- needs mod_authz_core
--- conf
ErrorDocument 403 /shut/sorry.txt
<Location /shut>
  Require all denied
</Location>
--- file shut/sorry.txt raw
secret
--- in
GET /shut/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden

Additionally, a 403 Forbidden
!secret
