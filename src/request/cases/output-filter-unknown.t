A filter that no module has is left out, with a warning.

--- conf
SetOutputFilter NOSUCH
--- conf warning
no module has a filter NOSUCH
--- file a.txt raw
x
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
