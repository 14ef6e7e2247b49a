--- conf
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /server-status?json HTTP/1.1
Host: a"<b

--- out
HTTP/1.1 400 Bad Request
--- connect
--- in
GET /server-status?json HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Content-Type: application/json

~ ^\{"Host":"
~ "BusyWorkers":[12],
"Workers":[{"Slot":
"Request":"GET /server-status?json HTTP/1.1"}
