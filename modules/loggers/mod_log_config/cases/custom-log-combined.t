--- conf
LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" combined
CustomLog logs/access_log combined
--- file a.html
abc
--- in
GET /a.html HTTP/1.1
Host: x
Referer: http://e/
User-Agent: browser/1.0

--- out
HTTP/1.1 200 OK
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
~ 200 4 "http://e/" "browser/1\.0"$
~ 200 4 "-" "-"$
