A path that goes on after a file leads nowhere unless AcceptPathInfo says otherwise.

--- conf
<Location /on>
  AcceptPathInfo On
</Location>
--- file a.txt raw
x
--- file on/a.txt raw
y
--- in
GET /a.txt/more HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
--- in
GET /a.txt/ HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
--- in
GET /on/a.txt/more HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- body raw
y
