RegisteredMethods refuses methods that no module knows; methods everywhere are known.

--- conf
HttpProtocolOptions RegisteredMethods
--- file a
x
--- in
HELLO /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 501 Not Implemented
--- connect
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
