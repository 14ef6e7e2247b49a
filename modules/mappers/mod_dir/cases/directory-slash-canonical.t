UseCanonicalName On: the redirect names the server as it is configured.

--- conf
UseCanonicalName On
ServerName https://www.example.org:8443
--- dir d
--- in
GET /d HTTP/1.1
Host: localhost

--- out
HTTP/1.1 301 Moved Permanently
Location: https://www.example.org:8443/d/
