Groups cannot be put together to leave the target.

--- conf
AliasMatch ^/i(.*)$ ${ROOT}/pictures/$1
--- file ${ROOT}/pictures/a..b.txt
fine
--- file ${ROOT}/secret.txt
secret
--- in
GET /i../secret.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden

!secret
--- in
GET /i/../secret.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /ia..b.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

fine
--- log
AH20001
