DirectoryIndexRedirect sends the client to the index.

--- conf
DirectoryIndexRedirect permanent
--- file index.html
x
--- in
GET /?q HTTP/1.1
Host: localhost

--- out
HTTP/1.1 301 Moved Permanently
Location: http://localhost/index.html?q
