A field that is sent twice is looked at whole, so that nobody hides the second behind the first (RFC 9110, 5.3).

--- conf
SetEnvIf X-Key bad SEEN
BrowserMatch Robot ROBOT
Header set X-Env "%{SEEN}e|%{ROBOT}e"
--- needs mod_headers
--- file a.txt
a
--- in
GET /a.txt HTTP/1.1
Host: x
X-Key: good
X-Key: bad
User-Agent: Browser
User-Agent: Robot

--- out
HTTP/1.1 200 OK
X-Env: 1|1
