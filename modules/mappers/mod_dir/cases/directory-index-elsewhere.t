An index may be a URL of another part of the site.

--- conf
DirectoryIndex index.html /all.txt
--- dir d
--- file all.txt raw
all
--- in
GET /d/ HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain
--- body raw
all
