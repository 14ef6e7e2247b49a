A request line is read up to LimitRequestLine and no further.

--- in
GET /${repeat 1000000 a} HTTP/1.1
Host: localhost

--- out
HTTP/1.1 414 URI Too Long
Connection: close
