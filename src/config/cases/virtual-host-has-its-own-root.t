A virtual host has its own documents and sections beside those of the main server.

--- conf
<Files "a">
    ForceType text/x-main
</Files>
<VirtualHost *>
    ServerName other
    DocumentRoot "${ROOT}/other"
    <Files "b">
        ForceType text/x-own
    </Files>
</VirtualHost>
--- file ${ROOT}/other/a
other a
--- file ${ROOT}/other/b
other b
--- in
GET /a HTTP/1.1
Host: other

--- out
HTTP/1.1 200 OK
Content-Type: text/x-main
--- body
other a
--- in
GET /b HTTP/1.1
Host: other

--- out
HTTP/1.1 200 OK
Content-Type: text/x-own
--- body
other b
