ForceType says what everything is.

--- conf
<Location /plain>
  ForceType text/plain
</Location>
--- file plain/a.html
x
--- in
GET /plain/a.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain
