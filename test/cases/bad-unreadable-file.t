A file that the server's user may not read is forbidden, and the log says why.

--- needs unprivileged
--- file secret.txt mode=000
nothing for you
--- in
GET /secret.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
Content-Type: text/html; charset=utf-8

!nothing for you
--- log
secret.txt
