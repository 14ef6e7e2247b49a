DirectoryIndex disabled looks for no index.

--- conf
DirectoryIndex disabled
--- file index.html raw
root
--- in
GET / HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
