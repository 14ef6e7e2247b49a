Names, aliases and wild cards choose among virtual hosts; what nobody answers to goes to the first.

--- conf
<VirtualHost *>
    ServerName one
    ForceType text/x-one
</VirtualHost>
<VirtualHost *>
    ServerName two
    ServerAlias zwei *.two d?o
    ForceType text/x-two
</VirtualHost>
--- file a
x
--- in
GET /a HTTP/1.1
Host: TWO:80

--- out
HTTP/1.1 200 OK
Content-Type: text/x-two
--- in
GET /a HTTP/1.1
Host: zwei

--- out
HTTP/1.1 200 OK
Content-Type: text/x-two
--- in
GET /a HTTP/1.1
Host: a.b.two

--- out
HTTP/1.1 200 OK
Content-Type: text/x-two
--- in
GET /a HTTP/1.1
Host: duo

--- out
HTTP/1.1 200 OK
Content-Type: text/x-two
--- in
GET /a HTTP/1.1
Host: nobody

--- out
HTTP/1.1 200 OK
Content-Type: text/x-one
--- in
GET http://two/a HTTP/1.1
Host: one

--- out
HTTP/1.1 200 OK
Content-Type: text/x-two
