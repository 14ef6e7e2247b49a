A method that is registered gets as far as the handlers, which may know it or not; others are refused at once.

--- conf
HttpProtocolOptions RegisteredMethods
RegisterHttpMethod FROB
Protocols http/1.1
ProtocolsHonorOrder On
--- file a
x
--- in
FROB /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 501 Not Implemented
--- connect
--- in
HELLO /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 501 Not Implemented
--- log
AH00135: Invalid method in request: FROB
!HELLO
