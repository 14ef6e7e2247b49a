ErrorDocument default is the standard page again.

--- conf
ErrorDocument 404 "outer"
<Location /inner>
  ErrorDocument 404 default
</Location>
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found

outer
--- in
GET /inner/none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found

<h1>Not Found</h1>
