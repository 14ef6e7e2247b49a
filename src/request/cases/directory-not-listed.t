A directory that nobody lists is not found.

--- conf
<IfModule mod_dir.c>
  DirectoryIndex disabled
</IfModule>
--- dir d
--- in
GET /d/ HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
--- log
AH00129: Attempt to serve directory: ${DOCROOT}/d
