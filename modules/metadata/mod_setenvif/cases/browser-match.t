--- conf
BrowserMatch ^Mozilla/(\d) MOZILLA=$1
BrowserMatchNoCase robot is_a_robot
BrowserMatch "compatible; Old" nokeepalive
Header always set X-Env "%{MOZILLA}e|%{is_a_robot}e"
--- needs mod_headers
--- in
GET /none HTTP/1.1
Host: x
User-Agent: Mozilla/5.0

--- out
HTTP/1.1 404 Not Found
X-Env: 5|(null)
--- in
GET /none HTTP/1.1
Host: x
User-Agent: Robots

--- out
HTTP/1.1 404 Not Found
X-Env: (null)|1
--- in
GET /none HTTP/1.1
Host: x
User-Agent: Mozilla/4.0 (compatible; Old)

--- out
HTTP/1.1 404 Not Found
X-Env: 4|(null)
Connection: close
--- closed
