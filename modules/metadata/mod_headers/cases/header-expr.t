A value can be an expression, and so can the condition.

--- conf
Header set X-Value "expr=%{REQUEST_METHOD} %{tolower:%{req:X-Foo}} %{REQUEST_STATUS}"
Header set X-Type yes "expr=%{resp:X-Value} -strmatch 'GET*' && %{REQUEST_STATUS} -eq 200"
Header set X-No yes expr=false
Header always set X-Always yes "expr=%{REQUEST_STATUS} == 404"
Header edit X-Value "(bar)" "expr=<$1 %{QUERY_STRING}>"
--- file x
x
--- in
GET /x?q HTTP/1.1
Host: localhost
X-Foo: BAR

--- out
HTTP/1.1 200 OK
X-Value: GET < q> 200
X-Type: yes
!X-No
!X-Always
!Vary
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found
X-Always: yes
