A client that sends no Host reaches a virtual host by its ServerPath.

--- conf
<VirtualHost *>
    ServerName first
</VirtualHost>
<VirtualHost *>
    ServerName second
    ServerPath /second
    ForceType text/x-second
</VirtualHost>
--- file second/a
x
--- in
GET /second/a HTTP/1.0

--- out
HTTP/1.1 200 OK
Content-Type: text/x-second
--- closed
