An index has validators as any file.

--- file index.html raw
0123456789
--- in
GET / HTTP/1.1
Host: localhost
If-None-Match: "a-60dd710212000"

--- out
HTTP/1.1 304 Not Modified
