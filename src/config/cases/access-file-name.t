AccessFileName names the files that are looked for, the first that is there counts.

--- conf
AccessFileName .first .second
<Directory "${DOCROOT}">
    AllowOverride All
</Directory>
--- file .second
ForceType text/x-second
--- file a
x
--- file d/.first
ForceType text/x-first
--- file d/.second
Nonsense
--- file d/a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-second
--- in
GET /d/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-first
