BufferedLogs is accepted, and no line is kept back.

--- conf
BufferedLogs On
CustomLog logs/access_log "%U"
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
/a.html
