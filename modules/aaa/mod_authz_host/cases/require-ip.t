--- conf
<Location /near>
  Require ip 127.0.0.0/8
</Location>
<Location /far>
  Require ip 192.0.2 198.51.100.0/24 2001:db8::/32
</Location>
--- in
GET /near HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /far HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
