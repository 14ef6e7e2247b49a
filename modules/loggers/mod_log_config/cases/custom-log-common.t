--- conf
LogFormat "%h %l %u %t \"%r\" %>s %b" common
CustomLog logs/access_log common
--- file a.html
abc
--- in
GET /a.html?x HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- in
GET /none HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
HEAD /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
~ ^127\.0\.0\.1 - - \[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}(:[0-9]{2}){3} [+-][0-9]{4}\] "GET /a\.html\?x HTTP/1\.1" 200 4$
~ "GET /none HTTP/1\.1" 404 [0-9]+$
~ "HEAD /a\.html HTTP/1\.1" 200 -$
