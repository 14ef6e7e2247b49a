With StrictHostCheck, a Host field must name a virtual host of its address.

--- conf
StrictHostCheck On
<VirtualHost *>
    ServerName www.example.org
    ServerAlias *.example.net
</VirtualHost>
--- file a
x
--- in
GET /a HTTP/1.1
Host: www.example.org

--- out
HTTP/1.1 200 OK
--- in
GET /a HTTP/1.1
Host: shop.example.net:80

--- out
HTTP/1.1 200 OK
--- in
GET /a HTTP/1.1
Host: other.example.org

--- out
HTTP/1.1 400 Bad Request
