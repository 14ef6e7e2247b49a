Limit holds for its methods, LimitExcept for all others; HEAD goes with GET.

--- conf
<Location /l>
    <Limit GET>
        Require all denied
    </Limit>
</Location>
<Location /e>
    <LimitExcept GET>
        Require all denied
    </LimitExcept>
</Location>
--- needs mod_authz_core
--- file l
x
--- file e
x
--- in
GET /l HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
--- in
HEAD /l HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
--- in
OPTIONS /l HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /e HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
OPTIONS /e HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
