The binary form, with more behind the addresses than is asked for.

--- conf
RemoteIPProxyProtocol On
CustomLog logs/access_log "%a %U"
--- file page
hello
--- in raw
\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x10\xc0\x00\x02\x01\xc0\x00\x02\x02\x10\x92\x00\x50\x04\x00\x01\x00GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n
--- out
HTTP/1.1 200 OK

hello
--- access log
192.0.2.1 /page
