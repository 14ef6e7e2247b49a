A nickname may be given after the log that uses it; a virtual host knows those of the main server.

--- conf
CustomLog logs/access_log late
LogFormat "main %U" late
LogFormat "host %U" host
<VirtualHost *>
  ServerName one
  CustomLog logs/one host
</VirtualHost>
<VirtualHost *>
  ServerName two
</VirtualHost>
--- file a.html
a
--- in
GET /a.html?1 HTTP/1.1
Host: one

--- out
HTTP/1.1 200 OK
--- in
GET /a.html?2 HTTP/1.1
Host: two

--- out
HTTP/1.1 200 OK
--- access log
main /a.html
!host
--- log one
host /a.html
!main
