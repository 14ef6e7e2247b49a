A site that redirects to itself inside the server ends with an error, not with the server.

--- conf
LimitInternalRecursion 3
DirectoryIndex /loop/
--- needs mod_dir
--- dir loop
--- in
GET /loop/ HTTP/1.1
Host: localhost

--- out
HTTP/1.1 500 Internal Server Error
--- log
nested deeper than 3
