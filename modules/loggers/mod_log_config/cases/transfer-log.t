TransferLog writes the last LogFormat without a nickname, or the common format.

--- conf
TransferLog logs/access_log
<VirtualHost *>
  ServerName one
  LogFormat "own %U"
  TransferLog logs/one
</VirtualHost>
<VirtualHost *>
  ServerName two
</VirtualHost>
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: one

--- out
HTTP/1.1 200 OK
--- in
GET /a.html HTTP/1.1
Host: two

--- out
HTTP/1.1 200 OK
--- log one
own /a.html
--- access log
~ ^127\.0\.0\.1 - - \[.*\] "GET /a\.html HTTP/1\.1" 200 2$
