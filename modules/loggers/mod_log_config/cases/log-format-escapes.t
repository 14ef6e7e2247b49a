--- conf
LogFormat "a\tb \\x \"%U\"" odd
CustomLog logs/access_log odd
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
~ ^a\tb \\x "/a\.html"$
