A file that the server may not read is forbidden.

--- needs unprivileged
--- file a.txt mode=000
secret
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden

!secret
--- log
AH00132
