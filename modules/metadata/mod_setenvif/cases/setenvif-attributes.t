What a rule can look at.

--- conf
SetEnvIf Remote_Addr ^127\.(.*) ADDR=$1
SetEnvIf Remote_Host ^(127)\. HOST=$1
SetEnvIf Server_Addr ^127\. SERVER
SetEnvIf Request_Method ^(.*)$ METHOD=$1
SetEnvIf Request_Protocol ^HTTP/1\.1$ PROTOCOL
SetEnvIf Request_URI \.(gif|html)$ KIND=$1
SetEnvIf X-Key ^secret$ KEY=yes OTHER
SetEnvIf ^X-.*ing$ (\d) RING=$1
Header always set X-Env "%{ADDR}e|%{HOST}e|%{SERVER}e|%{METHOD}e|%{PROTOCOL}e|%{KIND}e|%{KEY}e|%{OTHER}e|%{RING}e"
--- needs mod_headers
--- in
GET /a.html HTTP/1.1
Host: x
X-Key: secret
X-Pong: 1
X-Ping: a2b

--- out
HTTP/1.1 404 Not Found
X-Env: 0.0.1|127|1|GET|1|html|yes|1|2
--- in
HEAD /a.txt HTTP/1.1
Host: x
X-Key: secrets

--- out
HTTP/1.1 404 Not Found
X-Env: 0.0.1|127|1|HEAD|1|(null)|(null)|(null)|(null)
