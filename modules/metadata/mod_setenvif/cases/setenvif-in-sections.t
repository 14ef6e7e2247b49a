Rules of sections run after those of the server.

--- conf
SetEnvIf Request_URI . WHERE=server
<Location /in>
  SetEnvIf WHERE server WHERE=section
</Location>
<Directory ${DOCROOT}>
  AllowOverride FileInfo
</Directory>
Header always set X-Env "%{WHERE}e|%{FILE}e"
--- needs mod_headers
--- file in/.htaccess
SetEnvIf Request_URI . FILE=yes
--- file in/a.html
a
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-Env: server|(null)
--- in
GET /in/a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-Env: section|yes
