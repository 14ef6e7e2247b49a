FileETag Digest: time and length stand in for it, and a warning says so.

--- conf
FileETag Digest
--- conf warning
MTime and Size stand in for it
--- file a.txt raw
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
ETag: "a-60dd710212000"
