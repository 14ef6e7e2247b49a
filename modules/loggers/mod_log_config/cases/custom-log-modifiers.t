A list of statuses chooses when an item is written; < and > choose the request.

--- conf
ErrorDocument 404 /error.html
LogFormat "%U %404,410{X-A}i %!404{X-A}i %s %>s %<s %<U %>U" modified
CustomLog logs/access_log modified
--- file a.html
a
--- file error.html
no such thing
--- in
GET /a.html HTTP/1.1
Host: x
X-A: 1

--- out
HTTP/1.1 200 OK
--- in
GET /none HTTP/1.1
Host: x
X-A: 2

--- out
HTTP/1.1 404 Not Found

no such thing
--- access log
/a.html - 1 200 200 200 /a.html /a.html
/none 2 - 404 404 404 /none /error.html
