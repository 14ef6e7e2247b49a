--- conf
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /server-status?notable HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

<h2>Server Details</h2>
{GET /server-status?notable HTTP/1.1}
!<th>Srv</th>
