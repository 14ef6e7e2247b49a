A defined name is replaced and can be asked for, until it is undefined.

--- conf
Define KIND x-defined
<IfDefine KIND>
    ForceType text/${KIND}
</IfDefine>
UnDefine KIND
<IfDefine KIND>
    ForceType text/wrong
</IfDefine>
<IfDefine !KIND>
    ErrorDocument 404 undefined
</IfDefine>
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-defined
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found

undefined
