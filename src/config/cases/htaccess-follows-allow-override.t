A .htaccess file sets what AllowOverride allows, from its folder downwards, the nearer one last.

--- conf
<Directory "${DOCROOT}">
    AllowOverride FileInfo
</Directory>
--- file .htaccess
ForceType text/x-top
--- file a
x
--- file d/.htaccess
ForceType text/x-deep
--- file d/a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-top
--- in
GET /d/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-deep
