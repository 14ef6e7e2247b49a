--- conf
SetEnvIf Request_URI \.gif$ image
LogFormat "%U" path
CustomLog logs/images path env=image
CustomLog logs/others path env=!image
--- needs mod_setenvif
--- file a.gif
a
--- file b.html
b
--- in
GET /a.gif HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- in
GET /b.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- log images
/a.gif
!/b.html
--- log others
!/a.gif
/b.html
