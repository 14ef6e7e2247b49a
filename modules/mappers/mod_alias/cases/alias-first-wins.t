The first alias that matches counts, and a section's own come before the server's.

--- conf
Alias /a/b ${ROOT}/inner
Alias /a ${ROOT}/outer
Alias /c ${ROOT}/outer
<Location /c>
  Alias ${ROOT}/inner/x.txt
</Location>
--- file ${ROOT}/inner/x.txt
inner
--- file ${ROOT}/outer/x.txt
outer
--- in
GET /a/b/x.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

inner
--- in
GET /a/x.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

outer
--- in
GET /c/x.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

inner
