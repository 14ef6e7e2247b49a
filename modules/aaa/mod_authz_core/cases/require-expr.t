An expression decides who may pass; it is the rest of the line, with quotes around it or without.

--- conf
<Location /a>
    Require expr "%{HTTP_USER_AGENT} != 'Bad' && req('X-Key') == \"k\""
</Location>
<Location /b>
    <RequireAll>
        Require all granted
        Require not expr %{QUERY_STRING} =~ /secret/
    </RequireAll>
</Location>
--- file a
x
--- file b
x
--- in
GET /a HTTP/1.1
Host: localhost
X-Key: k

--- out
HTTP/1.1 200 OK
!Vary
--- in
GET /a HTTP/1.1
Host: localhost
X-Key: k
User-Agent: Bad

--- out
HTTP/1.1 403 Forbidden
--- in
GET /b?a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /b?secrets HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
