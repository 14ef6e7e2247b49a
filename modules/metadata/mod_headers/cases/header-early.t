Early rules are those of the server alone, and precede all others.

--- conf
Header set X-A early early
Header append X-A late
Header always set X-B early early
RequestHeader set X-C early early
Header echo X-C
<Location /in>
  Header append X-A inner
</Location>
--- file a.html
a
--- file in/a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-A: early, late
X-B: early
X-C: early
--- in
GET /in/a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-A: early, late, inner
--- in
GET /none HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
!X-A
X-B: early
