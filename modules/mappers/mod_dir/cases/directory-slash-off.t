DirectorySlash Off leaves such a URL alone.

--- conf
DirectorySlash Off
--- file d/index.html
x
--- in
GET /d HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
!Location
