Dots are resolved before anything is looked up, and never lead above the root.

--- file a/b
x
--- in
GET /a/./c/../b HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /a/%2e%2e/a/b HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /../conf/httpd.conf HTTP/1.1
Host: localhost

--- out
HTTP/1.1 400 Bad Request
--- connect
--- in
GET /a/%2e%2e/%2e%2e/conf/httpd.conf HTTP/1.1
Host: localhost

--- out
HTTP/1.1 400 Bad Request
