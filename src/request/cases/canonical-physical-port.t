UseCanonicalPhysicalPort: the port of the connection where the client names none.

--- needs mod_dir
--- conf
UseCanonicalPhysicalPort On
--- dir d
--- in
GET /d HTTP/1.1
Host: localhost

--- out
HTTP/1.1 301 Moved Permanently
Location: http://localhost:${PORT}/d/
--- in
GET /d HTTP/1.1
Host: localhost:99

--- out
HTTP/1.1 301 Moved Permanently
Location: http://localhost:99/d/
