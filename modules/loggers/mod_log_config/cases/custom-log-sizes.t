--- conf
LogFormat "%m %B %b %s %>s" sizes
CustomLog logs/access_log sizes
--- file a.html
abcde
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- in
HEAD /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
GET 6 6 200 200
HEAD 0 - 200 200
