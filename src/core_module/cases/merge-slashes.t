Several slashes are one for sections of URLs, unless MergeSlashes is off.

--- conf
<LocationMatch "^/a//b$">
    Require all denied
</LocationMatch>
<VirtualHost *>
    ServerName merged
</VirtualHost>
<VirtualHost *>
    ServerName kept
    MergeSlashes Off
</VirtualHost>
--- file a/b
x
--- needs mod_authz_core
--- in
GET /a//b HTTP/1.1
Host: merged

--- out
HTTP/1.1 200 OK
--- in
GET /a//b HTTP/1.1
Host: kept

--- out
HTTP/1.1 403 Forbidden
