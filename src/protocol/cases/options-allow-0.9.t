HttpProtocolOptions Allow0.9 answers a request without a version with a body alone, and the end of the connection.

--- conf
HttpProtocolOptions Allow0.9
--- file a
a body alone
--- in raw
GET /a\r\n
--- out exact raw
a body alone\n
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
