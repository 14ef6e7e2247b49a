Another major version is not spoken here.

--- in
GET / HTTP/2.0
Host: localhost

--- out
HTTP/1.1 505 HTTP Version Not Supported
Connection: close
--- closed
