--- conf
RedirectPermanent /a http://e/b
--- in
GET /a/c HTTP/1.1
Host: x

--- out
HTTP/1.1 301 Moved Permanently
Location: http://e/b/c
