MaxClients is the old name of MaxRequestWorkers; children that have served MaxConnectionsPerChild are replaced.

--- conf
StartServers 1
MinSpareServers 1
MaxSpareServers 2
ServerLimit 2
MaxClients 2
MaxConnectionsPerChild 1
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Connection: close

--- out
HTTP/1.1 200 OK
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: localhost
Connection: close

--- out
HTTP/1.1 200 OK
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
