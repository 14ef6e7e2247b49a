A proxy that looks after the server says that the connection is its own.

--- conf
RemoteIPProxyProtocol On
CustomLog logs/access_log "%a %U"
--- file page
hello
--- in raw
\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n
--- out
HTTP/1.1 200 OK

hello
--- access log
127.0.0.1 /page
