Redirects come before aliases, wherever they stand.

--- conf
Alias /a ${ROOT}/files
Redirect /a/old http://e/
--- file ${ROOT}/files/old
never seen
--- in
GET /a/old HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://e/
