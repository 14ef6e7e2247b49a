AllowOverrideList allows single directives.

--- conf
<Directory "${DOCROOT}">
    AllowOverride None
    AllowOverrideList ForceType
</Directory>
--- file .htaccess
ForceType text/x-listed
--- file a
x
--- file d/.htaccess
ErrorDocument 404 no
--- file d/a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-listed
--- in
GET /d/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 500 Internal Server Error
