Where ServerName tells that somebody else secures connections, targets may say https (RFC 9110, 7.4).

--- conf
ServerName https://x
--- file a
x
--- in
GET https://x/a HTTP/1.1
Host: x

GET http://x/a HTTP/1.1
Host: x

GET wss://x/a HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- out
HTTP/1.1 200 OK
--- out
HTTP/1.1 421 Misdirected Request
