Location is a URI: what may not stand in one is escaped, what is escaped already stays (RFC 9110, 10.2.2).

--- conf
Redirect /a "http://e/with space/ü%20b?q=1 2#f"
<Location /in>
  Redirect "/new place"
</Location>
--- in
GET /a/c%20d HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://e/with%20space/%c3%bc%20b?q=1%202#f/c%20d
--- in
GET /in HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://x/new%20place
