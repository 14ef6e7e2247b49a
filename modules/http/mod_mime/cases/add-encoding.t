AddEncoding.

--- conf
AddEncoding gzip .gz .tgz
--- file a.txt.gz
x
--- in
GET /a.txt.gz HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Encoding: gzip
