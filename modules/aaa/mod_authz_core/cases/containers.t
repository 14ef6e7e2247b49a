--- conf
<Location /all>
  <RequireAll>
    Require ip 127.0.0.0/8
    Require not env nobody
  </RequireAll>
</Location>
<Location /any>
  <RequireAny>
    Require env nobody
    Require local
  </RequireAny>
</Location>
<Location /none>
  <RequireAll>
    Require all granted
    <RequireNone>
      Require ip 127.0.0.1
    </RequireNone>
  </RequireAll>
</Location>
--- needs mod_authz_host
--- in
GET /all HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /any HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /none HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
