Groups of the pattern stand in the target.

--- conf
AliasMatch ^/v([0-9]+)/(.*)$ ${ROOT}/versions/$1/$2
AliasMatch "^/a(?!b)" ${ROOT}/versions/one.txt
--- file ${ROOT}/versions/2/x.txt
second
--- file ${ROOT}/versions/one.txt
not b
--- in
GET /v2/x.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

second
--- in
GET /vx/x.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /ac HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

not b
--- in
GET /ab HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
