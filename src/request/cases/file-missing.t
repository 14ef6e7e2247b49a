What is not there is told to the client, and to those who want to hear of it.

--- conf
LogLevel info
--- in
GET /none.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
Content-Type: text/html; charset=utf-8

<title>404 Not Found</title>
<h1>Not Found</h1>
--- log
AH00128: File does not exist: ${DOCROOT}/none.html
