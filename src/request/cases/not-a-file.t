What is neither file nor directory is not opened.

--- conf
DocumentRoot /dev
--- in
GET /null HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
