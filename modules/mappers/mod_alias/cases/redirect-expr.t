In a section, where a redirect leads may be an expression.

--- conf
<LocationMatch "^/user/(?<name>[^/]+)$">
    Redirect permanent "http://example.org/%{env:MATCH_NAME}/%{tolower:%{REQUEST_METHOD}}"
</LocationMatch>
<Directory "${DOCROOT}">
    <Files "*.old">
        Redirect "%{REQUEST_URI}.new"
    </Files>
</Directory>
--- file x.old
x
--- in
GET /user/a%0d%0ab HTTP/1.1
Host: localhost

--- out
HTTP/1.1 301 Moved Permanently
Location: http://example.org/a%0d%0ab/get
--- in
GET /x.old HTTP/1.1
Host: localhost:${PORT}

--- out
HTTP/1.1 302 Found
Location: http://localhost:${PORT}/x.old.new
