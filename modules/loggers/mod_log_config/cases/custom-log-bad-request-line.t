A request line that will not do is logged as far as it was read.

--- conf
LimitRequestLine 40
LogFormat "\"%r\" %>s" line
CustomLog logs/access_log line
--- in raw
\x16\x03\x01\x02
--- out
HTTP/1.1 400 Bad Request
--- closed
--- connect
--- in raw
GET /a\r\n
--- out
HTTP/1.1 400 Bad Request
--- closed
--- connect
--- in raw
GET /a HTTP/3.0\r\n\r\n
--- out
HTTP/1.1 505 HTTP Version Not Supported
--- closed
--- connect
--- in raw
GET /\xe4"${repeat 50 a} HTTP/1.1\r\n
--- out
HTTP/1.1 414 URI Too Long
--- closed
--- connect
--- in raw
\n
--- out
HTTP/1.1 400 Bad Request
--- closed
--- access log
"\x16" 400
"GET /a" 400
"GET /a HTTP/3.0" 505
~ "GET /\\xe4\\"a{34}" 414
"-" 400
