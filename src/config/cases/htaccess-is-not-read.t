Without AllowOverride no .htaccess file is read, however wrong it is, and nobody may fetch it where the configuration says so.

--- conf
<Files ".ht*">
    Require all denied
</Files>
--- needs mod_authz_core
--- file .htaccess
Nonsense
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /.htaccess HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
