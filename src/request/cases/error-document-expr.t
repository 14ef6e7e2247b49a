The text, path and URL of an ErrorDocument may hold expressions.

--- conf
ErrorDocument 404 "no %{REQUEST_URI} here: %{REQUEST_STATUS}, 100%"
ErrorDocument 403 /page%{PATH_INFO}?%{escape:%{REQUEST_URI}}
ErrorDocument 500 http://example.org/%{REQUEST_METHOD}
<Location /closed>
    Require all denied
</Location>
<Location /bad>
    ErrorDocument 403 http://example.org/%{REQUEST_METHOD}/%{QUERY_STRING}
    Require all denied
</Location>
--- needs mod_authz_core
--- file page
the page
--- in
GET /no%0dne HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found

here: 404, 100%
--- in
GET /closed HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden

the page
--- in
GET /bad?a=b HTTP/1.1
Host: localhost

--- out
HTTP/1.1 302 Found
Location: http://example.org/GET/a=b
