A thread that has had its connections ends, and others go on.

--- conf
StartThreads 2
MinSpareThreads 1
MaxSpareThreads 3
MaxRequestsPerThread 1
--- file a.txt
a
--- in
GET /a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- connect
--- in
GET /a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- connect
--- in
GET /a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- connect
--- in
GET /a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- connect
--- in
GET /a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
