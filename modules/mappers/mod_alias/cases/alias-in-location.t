In a Location, an alias is one file or directory for all of its URLs.

--- conf
<Location /down>
  Alias ${ROOT}/sorry.txt
</Location>
<LocationMatch ^/off/.*>
  Alias ${ROOT}/sorry.txt
</LocationMatch>
--- file ${ROOT}/sorry.txt
we are sorry
--- in
GET /down HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

sorry
--- in
GET /off/x HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

sorry
