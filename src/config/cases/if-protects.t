What may be had can depend on an expression.

--- conf
<Location /private>
    <If "! -R '127.0.0.0/8' || -T req('X-Stranger')">
        Require all denied
    </If>
</Location>
--- needs mod_authz_core
--- file private
x
--- in
GET /private HTTP/1.1
Host: localhost
X-Stranger: yes

--- out
HTTP/1.1 403 Forbidden
--- in
GET /private HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
