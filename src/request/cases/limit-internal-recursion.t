LimitInternalRecursion bounds how deep sub-requests nest: the error log says where.

--- needs mod_dir
--- conf
LimitInternalRecursion 5 2
DirectoryIndex d/ index.html
--- file d/index.html raw
one
--- file deep/d/d/d/d/index.html
x
--- in
GET / HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- body raw
one
--- in
GET /deep/ HTTP/1.1
Host: localhost

--- out
HTTP/1.1 500 Internal Server Error
--- log
AH00125
