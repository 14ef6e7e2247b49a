A header field longer than LimitRequestFieldSize is refused, and the page says which.

--- conf
LimitRequestFieldSize 100
--- in
GET / HTTP/1.1
Host: localhost
X-Long: ${repeat 200 a}

--- out
HTTP/1.1 431 Request Header Fields Too Large
Connection: close
--- closed
