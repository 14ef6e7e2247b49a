Edits replace the first match or every one, in each field of the name.

--- conf
Header add X-A banana
Header add X-A papaya
Header edit X-A a o
Header edit* X-A a(?!$) u
Header set X-B "gain 5%%"
Header edit X-B (\d+)% "$1 of 100%%"
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-A: bonuna
X-A: popuya
X-B: gain 5 of 100%
