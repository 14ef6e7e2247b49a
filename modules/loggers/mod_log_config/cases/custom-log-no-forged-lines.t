Nothing that a client sends begins a line or ends a field.

--- conf
LogFormat "%m %U \"%r\" \"%{User-Agent}i\" %{x}C end" forged
CustomLog logs/access_log forged
--- in
GET /a%0a127.0.0.1%22%20end HTTP/1.1
Host: x
User-Agent: a" 200 "\x
Cookie: y=1; x=q"; z=2

--- out
HTTP/1.1 404 Not Found
--- in
GET /%c3%a9 HTTP/1.1
Host: x
User-Agent: é

--- out
HTTP/1.1 404 Not Found
--- access log
GET /a\n127.0.0.1\" end "GET /a%0a127.0.0.1%22%20end HTTP/1.1" "a\" 200 \"\\x" q\" end
GET /\xc3\xa9 "GET /%c3%a9 HTTP/1.1" "\xc3\xa9" - end
