HttpProtocolOptions RegisteredMethods refuses methods that nobody has registered, whatever would answer them.

--- conf
HttpProtocolOptions RegisteredMethods
--- file a
x
--- in
TEA /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 501 Not Implemented
--- closed
--- connect
--- in
DELETE /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 405 Method Not Allowed
