In a Location a redirect needs no path, and comes before access control.

--- conf
<Location /moved>
  Redirect 303 http://e/z
  Require all denied
</Location>
<LocationMatch ^/(lost|gone)$>
  Redirect gone
</LocationMatch>
--- needs mod_authz_core
--- in
GET /moved/x?y HTTP/1.1
Host: x

--- out
HTTP/1.1 303 See Other
Location: http://e/z?y
--- in
GET /lost HTTP/1.1
Host: x

--- out
HTTP/1.1 410 Gone
