Without hand-back a kept connection stays with its user: a request for another's host is misdirected.

--- needs root
--- conf
PerchildHandBack off
<VirtualHost *>
    ServerName a.test
    AssignUserID #10001 #10001
</VirtualHost>
<VirtualHost *>
    ServerName b.test
    AssignUserID #10002 #10002
</VirtualHost>
--- file index.html
it works
--- in
GET /index.html HTTP/1.1
Host: a.test

--- out
HTTP/1.1 200 OK
!Connection
--- in
GET /index.html HTTP/1.1
Host: b.test

--- out
HTTP/1.1 421 Misdirected Request
Connection: close
--- closed
