ModMimeUsePathInfo takes the path behind the file for a part of its name.

--- conf
AcceptPathInfo On
<Directory "${DOCROOT}/with">
  ModMimeUsePathInfo On
</Directory>
--- file with/script
x
--- file without/script
x
--- in
GET /with/script/x.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain
--- in
GET /without/script/x.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
