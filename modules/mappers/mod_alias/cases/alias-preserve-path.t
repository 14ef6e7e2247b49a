AliasPreservePath lets what follows the Location's path follow the target.

--- conf
AliasPreservePath On
<Location /pub>
  Alias ${ROOT}/files
</Location>
<Location /fixed>
  AliasPreservePath Off
  Alias ${ROOT}/files/a.txt
</Location>
--- file ${ROOT}/files/a.txt
aaa
--- in
GET /pub/a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

aaa
--- in
GET /fixed/more HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

aaa
--- in
GET /fixed HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

aaa
