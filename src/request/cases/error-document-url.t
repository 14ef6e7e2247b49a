ErrorDocument with a URL of another server sends the client there.

--- conf
ErrorDocument 404 http://www.example.org/gone?x
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 302 Found
Location: http://www.example.org/gone?x

<h1>Found</h1>
