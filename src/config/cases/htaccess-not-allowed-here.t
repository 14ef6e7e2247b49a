A directive of another class is an error of the request, and the log names the line.

--- conf
<Directory "${DOCROOT}">
    AllowOverride Limit
</Directory>
--- file .htaccess

ForceType text/x-top
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 500 Internal Server Error

!ForceType
--- log
${DOCROOT}/.htaccess
ForceType
