All of an answer, in its usual order.

--- conf
ServerTokens Prod
--- file a.txt
hello
--- needs mod_mime
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out exact
HTTP/1.1 200 OK
Date: ${DATE}
Server: Weir
Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT
ETag: "6-60dd710212000"
Accept-Ranges: bytes
Content-Type: text/plain
Content-Length: 6

hello
