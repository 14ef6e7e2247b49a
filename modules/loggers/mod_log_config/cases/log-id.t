A request that something was written of in the error log has the same name there and in the access log; the others have none.

--- conf
ErrorLogFormat "%L %M"
LogFormat "%U %L" id
CustomLog logs/access.log id
--- in
GET /a HTTP/1.1
Host: localhost

FROB /b HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
--- out
HTTP/1.1 501 Not Implemented
--- log access.log
/a -
~ ^/b [A-Za-z0-9_-]{16}$
--- log
~ ^[A-Za-z0-9_-]{16} AH00135: 
