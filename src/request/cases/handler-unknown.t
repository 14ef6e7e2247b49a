A handler that no module has leaves files to the file handler.

--- conf
SetHandler nobody
--- file a.txt raw
x
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- body raw
x
