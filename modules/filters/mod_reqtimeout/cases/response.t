How slowly a client may take its answer can be said; one that takes it at once notices nothing.

--- conf
RequestReadTimeout response=1,MinRate=1000000
--- file index.html
hello
--- in
GET /index.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Connection

hello
