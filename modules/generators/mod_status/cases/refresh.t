--- conf
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /server-status?refresh=5 HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Refresh: 5
--- in
GET /server-status?auto&refresh HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Refresh: 10
Content-Type: text/plain; charset=utf-8
--- in
GET /server-status?refresh=1%0d%0aX-Forged:1 HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Refresh: 10
!X-Forged
