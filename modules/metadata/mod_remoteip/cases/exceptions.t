Who connects directly sends no such head.

--- conf
RemoteIPProxyProtocol On
RemoteIPProxyProtocolExceptions 198.51.100.0/24 127.0.0.1
CustomLog logs/access_log "%a %U"
--- file page
hello
--- in
GET /page HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

hello
--- access log
127.0.0.1 /page
