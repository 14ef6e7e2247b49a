Header fields, notes, variables, cookies.

--- conf
SetEnvIf Request_URI . SEEN=yes
Header set X-Two "a b"
Header add X-Two c
Header note X-Two two
LogFormat "%{SEEN}e %{NONE}e %{X-Two}o %{None}o %{two}n %{none}n %{X-One}i %{a}C %{b}C %{x}^ti %{x}^to" tables
CustomLog logs/access_log tables
--- needs mod_setenvif mod_headers
--- file a.html
abcde
--- in
GET /a.html HTTP/1.1
Host: x
X-One: 1
X-One: 2
Cookie: aa=0; a=1=2; b = "3"

--- out
HTTP/1.1 200 OK
--- access log
yes - a b, c - a b - 1, 2 1=2 \"3\" - -
