Lines count where a file is there.

--- conf
<IfFile conf/mime.types>
    ForceType text/x-there
</IfFile>
<IfFile conf/nothere>
    ForceType text/x-not
</IfFile>
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-there
