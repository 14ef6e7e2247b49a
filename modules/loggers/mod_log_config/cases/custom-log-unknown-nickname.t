--- conf
CustomLog logs/access_log combind
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
combind
--- log
AH20002
