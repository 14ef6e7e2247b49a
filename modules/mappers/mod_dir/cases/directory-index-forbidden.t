An index that may not be had is not passed over for a listing.

--- conf
DirectoryIndex a.html
<Files a.html>
  Require all denied
</Files>
--- needs mod_authz_core
--- file a.html
x
--- in
GET / HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
