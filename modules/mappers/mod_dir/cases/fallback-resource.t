FallbackResource answers for what is not there; files and directories answer themselves.

--- conf
FallbackResource /front.txt
<Location /off>
  FallbackResource disabled
</Location>
--- file front.txt raw
front
--- file a.txt raw
file
--- in
GET /no/such?x HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain
--- body raw
front
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- body raw
file
--- in
GET /off/none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
