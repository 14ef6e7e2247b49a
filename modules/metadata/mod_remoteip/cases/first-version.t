Whose a connection is stands before its first request.

--- conf
RemoteIPProxyProtocol On
LogLevel info
CustomLog logs/access_log "%a %{c}a %{remote}p %U"
ErrorDocument 404 "not here"
<Location /theirs>
    Require ip 192.0.2.1
</Location>
<Location /ours>
    Require ip 127.0.0.1
</Location>
--- file theirs
for you
--- file ours
for us
--- in raw
PROXY TCP4 192.0.2.1 192.0.2.2 4242 80\r\nGET /theirs HTTP/1.1\r\nHost: localhost\r\n\r\n
--- out
HTTP/1.1 200 OK

for you
--- in
GET /ours HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
--- access log
192.0.2.1 127.0.0.1 4242 /theirs
192.0.2.1 127.0.0.1 4242 /ours
--- log
~ \[client 192\.0\.2\.1:4242\] AH01630
