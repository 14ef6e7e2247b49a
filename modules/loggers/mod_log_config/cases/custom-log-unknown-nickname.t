A name that no LogFormat has is a format, though one that says nothing.

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
