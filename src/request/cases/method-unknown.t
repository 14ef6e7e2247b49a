A method that nobody knows is not implemented (RFC 9110, 15.6.2).

--- file a.txt
x
--- in
FROB /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 501 Not Implemented
