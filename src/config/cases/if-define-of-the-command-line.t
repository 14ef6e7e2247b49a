Names of -D count.

--- define GREEN
--- conf
<IfDefine GREEN>
    ForceType text/x-green
</IfDefine>
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-green
