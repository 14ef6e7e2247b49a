Every action of RequestHeader, shown by echoing the fields.

--- conf
RequestHeader set X-A one
RequestHeader append X-A two
RequestHeader merge X-A two
RequestHeader merge X-A three
RequestHeader setifempty X-A four
RequestHeader setifempty X-B four
RequestHeader add X-C five
RequestHeader add X-C six
RequestHeader edit X-D a b
RequestHeader edit* X-E a b
RequestHeader unset X-F
Header echo ^X-[A-F]$
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x
X-A: theirs
X-D: aa
X-E: aa
X-F: theirs

--- out
HTTP/1.1 200 OK
X-A: one, two, three
X-B: four
X-C: five
X-C: six
X-D: ba
X-E: bb
!X-F
