The standard page: the status, a sentence, and the line of ServerSignature.

--- conf
ServerSignature EMail
ServerAdmin me@example.org
ServerTokens Prod
UseCanonicalName On
ServerName www.example.org:8080
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found

<title>404 Not Found</title>
<h1>Not Found</h1>
<address>Weir Server at <a href="mailto:me@example.org">www.example.org</a> Port 8080</address>
