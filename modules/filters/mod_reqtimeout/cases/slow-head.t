A head that is begun and does not come to its end is answered with 408, and the log says why.

--- conf
RequestReadTimeout header=3
LogLevel info
--- in
GET / HTTP/1.1
Host: local
--- out
HTTP/1.1 408 Request Timeout
Connection: close
--- closed
--- log
AH01382: Request header read timeout
