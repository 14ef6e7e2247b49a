A file that is a program, and that no module runs, is not sent: what stands in it is for nobody to read (SetHandler, ForceType).

--- conf
<Files *.cgi>
  SetHandler cgi-script
</Files>
<Files *.php>
  SetHandler "proxy:unix:/run/php.sock|fcgi://localhost"
</Files>
<Files *.php5>
  ForceType application/x-httpd-php
</Files>
--- file a.cgi
secret
--- file a.php
secret
--- file a.php5
secret
--- in
GET /a.cgi HTTP/1.1
Host: x

--- out
HTTP/1.1 500 Internal Server Error

!secret
--- connect
--- in
GET /a.php HTTP/1.1
Host: x

--- out
HTTP/1.1 500 Internal Server Error

!secret
--- connect
--- in
POST /a.php5 HTTP/1.1
Host: x
Content-Length: 1

x
--- out
HTTP/1.1 500 Internal Server Error

!secret
--- log
AH21160: ${DOCROOT}/a.cgi is a program, and no module runs it: its text is not sent
AH21160: ${DOCROOT}/a.php is a program
AH21160: ${DOCROOT}/a.php5 is a program
