--- conf
<Location /deny-last>
  Order allow,deny
  Allow from all
  Deny from 127.0.0.1
</Location>
<Location /allow-last>
  Order deny,allow
  Deny from all
  Allow from 127
</Location>
<Location /default>
  Order allow,deny
</Location>
<Location /both>
  Order mutual-failure
  Allow from 127.0.0.0/255.0.0.0
</Location>
--- in
GET /deny-last HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
--- in
GET /allow-last HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /default HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
--- in
GET /both HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
