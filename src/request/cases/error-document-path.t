ErrorDocument with a path: the page under the status of the error, asked with GET whatever failed; what the error says
besides is kept.

--- needs mod_mime
--- conf
ErrorDocument 404 /error.txt
ErrorDocument 405 /error.txt
--- file error.txt raw
sorry
--- file a.txt
x
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
Content-Type: text/plain
Content-Length: 5
--- body raw
sorry
--- in
HEAD /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
Content-Length: 5
--- body raw
--- in
PUT /a.txt HTTP/1.1
Host: localhost
Content-Length: 0

--- out
HTTP/1.1 405 Method Not Allowed
Allow: GET,HEAD,POST,OPTIONS,TRACE
Content-Length: 5
--- body raw
sorry
