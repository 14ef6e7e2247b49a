--- conf
RedirectTemp /a http://e/b
--- in
GET /a/c HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://e/b/c
