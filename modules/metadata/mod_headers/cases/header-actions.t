Every action of Header, in the order of the lines.

--- conf
Header set X-A one
Header set X-A: two
Header append X-A three
Header merge X-A three
Header merge X-A four
Header add X-A five
Header setifempty X-A six
Header setifempty X-B six
Header unset Last-Modified
Header edit X-B s(.) $1$1
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-A: two, three, four
X-A: five
X-B: iix
!Last-Modified
