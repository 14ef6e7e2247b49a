Files are named as they are in the new root.

--- conf
ChrootDir ${ROOT}
DocumentRoot /
--- needs root
--- mpm prefork
--- file ${ROOT}/inside.html
inside
--- in
GET /inside.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

inside
