The first index file that is there is served for the directory; index.html where nothing is said.

--- conf
<Directory "${DOCROOT}/two">
  DirectoryIndex none.html second.txt
</Directory>
--- file index.html raw
root
--- file two/second.txt raw
second
--- in
GET / HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/html
--- body raw
root
--- in
GET /two/?a=b HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain
--- body raw
second
