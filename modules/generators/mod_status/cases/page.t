--- conf
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /server-status HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8
!Refresh

<h1>Server Status for
Server Version: Weir/
<th>Srv</th><th>PID</th><th>Acc</th><th>M</th><th>CPU</th>
--- in
HEAD /server-status HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8
--- in
POST /server-status HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
