A header line needs its colon.

--- in
GET / HTTP/1.1
Host: localhost
nonsense

--- out
HTTP/1.1 400 Bad Request
Connection: close
--- closed
