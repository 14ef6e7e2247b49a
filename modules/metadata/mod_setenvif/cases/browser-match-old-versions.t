Clients that speak HTTP/1.1 badly are answered as Apache's variables say: downgrade-1.0, force-response-1.0, force-no-vary.

--- conf
BrowserMatch Downgraded downgrade-1.0
BrowserMatch Forced force-response-1.0
BrowserMatch Varied force-no-vary
Header set Vary Cookie
--- needs mod_headers.c
--- file a
x
--- in
GET /a HTTP/1.1
Host: x
User-Agent: Downgraded
Connection: keep-alive

GET /a HTTP/1.1
Host: x
User-Agent: Forced

GET /a HTTP/1.1
Host: x
User-Agent: Downgraded

--- out
HTTP/1.1 200 OK
Vary: Cookie
Connection: Keep-Alive

x
--- out
HTTP/1.1 200 OK
Vary: Cookie

x
--- out
HTTP/1.1 200 OK
Connection: close

x
--- closed
--- connect
--- in
GET /a HTTP/1.0
User-Agent: Forced
Connection: keep-alive

--- out
HTTP/1.0 200 OK
Connection: close

x
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: x
User-Agent: Varied

--- out
HTTP/1.0 200 OK
Connection: close
!Vary

x
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: x
User-Agent: Downgraded, Forced
Connection: keep-alive

--- out
HTTP/1.0 200 OK
Connection: close
!Keep-Alive
