GlobalLog also has what virtual hosts log for themselves.

--- conf
LogFormat "%v %U" path
CustomLog logs/access_log path
GlobalLog logs/all path
<VirtualHost *>
  ServerName one
  CustomLog logs/one path
</VirtualHost>
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: one

--- out
HTTP/1.1 200 OK
--- log all
one /a.html
--- log one
one /a.html
--- access log
!one
