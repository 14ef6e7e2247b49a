A directory without the slash is redirected to the URL with it, escaped, the query kept.

--- dir d
--- in
GET /d HTTP/1.1
Host: localhost

--- out
HTTP/1.1 301 Moved Permanently
Location: http://localhost/d/

<h1>Moved Permanently</h1>
--- in
GET /d?a=b&c HTTP/1.1
Host: localhost

--- out
HTTP/1.1 301 Moved Permanently
Location: http://localhost/d/?a=b&c
--- in
GET /%64 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 301 Moved Permanently
Location: http://localhost/d/
--- in raw
GET /d?a=\xffb\xc3\xa4 HTTP/1.1\r\nHost: localhost\r\n\r\n
--- out
HTTP/1.1 301 Moved Permanently
Location: http://localhost/d/?a=%ffbä
