--- conf
LogFormat "%m %U%q %H %r|%q|%f|%R|%k|%X|%l|%u|%L" asked
CustomLog logs/access_log asked
--- file a.html
abc
--- in
GET /a.html?x=1 HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
GET /a.html?x=1 HTTP/1.1 GET /a.html?x=1 HTTP/1.1|?x=1|${DOCROOT}/a.html|-|0|+|-|-|-
GET /a.html HTTP/1.1 GET /a.html HTTP/1.1||${DOCROOT}/a.html|-|1|+|-|-|-
