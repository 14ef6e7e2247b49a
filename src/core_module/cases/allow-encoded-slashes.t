An encoded slash names nothing, a slash, or itself, as AllowEncodedSlashes says.

--- conf
<VirtualHost *>
    ServerName off
</VirtualHost>
<VirtualHost *>
    ServerName on
    AllowEncodedSlashes On
</VirtualHost>
<VirtualHost *>
    ServerName nodecode
    AllowEncodedSlashes NoDecode
</VirtualHost>
--- file a/b
slash
--- file a%2Fb
itself
--- in
GET /a%2Fb HTTP/1.1
Host: off

--- out
HTTP/1.1 404 Not Found
--- in
GET /a%2Fb HTTP/1.1
Host: on

--- out
HTTP/1.1 200 OK
--- body
slash
--- in
GET /a%2Fb HTTP/1.1
Host: nodecode

--- out
HTTP/1.1 200 OK
--- body
itself
