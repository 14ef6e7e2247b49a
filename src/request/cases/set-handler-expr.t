The handler may be what an expression says.

--- conf
<Location /a>
    SetHandler "expr=%{QUERY_STRING}"
</Location>
--- needs mod_status
--- file a
the file
--- in
GET /a?Server-Status HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: ~ ^text/html
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

the file
