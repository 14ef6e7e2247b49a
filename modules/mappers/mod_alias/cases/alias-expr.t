In a Location, what an alias maps to may be an expression; it cannot climb.

--- conf
<LocationMatch "^/site/(?<site>[^/]+)$">
    Alias "${DOCROOT}/sites/%{env:MATCH_SITE}/%{QUERY_STRING}"
</LocationMatch>
--- file sites/a/page
the page
--- in
GET /site/a?page HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

the page
--- in
GET /site/a?../../x HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
