AddType, with and without the dot, in any case; the nearer one counts.

--- conf
AddType text/x-one .one TWO
<Location /in>
  AddType text/x-inner one
</Location>
--- file a.one
x
--- file a.Two
x
--- file in/a.one
x
--- in
GET /a.one HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-one
--- in
GET /a.Two HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-one
--- in
GET /in/a.one HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-inner
