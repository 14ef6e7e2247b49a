A target that is a path becomes a whole URL of this server, or not.

--- conf
Redirect /a /b
Redirect /rel /c
<Location /rel>
  RedirectRelative On
</Location>
--- in
GET /a?q HTTP/1.1
Host: localhost:${PORT}

--- out
HTTP/1.1 302 Found
Location: http://localhost:${PORT}/b?q
--- in
GET /rel HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: /c
