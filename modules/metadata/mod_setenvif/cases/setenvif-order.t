Rules run in order, once each; a later one may look at a variable, and take one back.

--- conf
SetEnvIf LATER 1 AGAIN
SetEnvIf Request_URI . LATER=1 FIRST=1
SetEnvIf LATER 1 SEEN=yes
SetEnvIf SEEN yes !FIRST
SetEnvIf X-Absent ^$ NONE
Header always set X-Env "%{AGAIN}e|%{LATER}e|%{FIRST}e|%{SEEN}e|%{NONE}e"
--- needs mod_headers
--- in
GET /none HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
X-Env: (null)|1|(null)|yes|1
