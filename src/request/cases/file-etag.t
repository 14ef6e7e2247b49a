FileETag says what entity tags are made of.

--- conf
<Location /size>
  FileETag Size
</Location>
<Location /none>
  FileETag None
</Location>
<Location /inode>
  FileETag All
</Location>
--- file size/a.txt raw
0123456789
--- file none/a.txt raw
0123456789
--- file inode/a.txt raw
0123456789
--- in
GET /size/a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
ETag: "a"
--- in
GET /none/a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!ETag
Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT
--- in
GET /inode/a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
ETag: ~ ^"[0-9a-f]+-a-60dd710212000"$
