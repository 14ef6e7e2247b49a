An expression says which requests are logged: of the request as it came, and of the answer that went out.

--- conf
CustomLog logs/access_log "%U %>s" "expr=%{REQUEST_STATUS} -ge 400 && %{REQUEST_URI} !~ /quiet/"
ErrorDocument 404 /page
--- file page
x
--- in
GET /page HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
--- in
GET /quiet HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
--- access log
/none 404
!/page
!/quiet
