Wild cards of Directory and Location do not cross a slash; expressions do.

--- conf
<Directory "${DOCROOT}/*/b">
    ForceType text/x-directory
</Directory>
<Location "/u/?">
    ForceType text/x-location
</Location>
<LocationMatch "^/v/.*x$">
    ForceType text/x-expression
</LocationMatch>
<FilesMatch "\.gif$">
    ForceType image/x-matched
</FilesMatch>
<Files ~ "^tilde">
    ForceType text/x-tilde
</Files>
--- file a/b/x
x
--- file a/a/b/x
x
--- file u/1
x
--- file u/12
x
--- file v/w/x
x
--- file p.gif
x
--- file tilde1
x
--- in
GET /a/b/x HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-directory
--- in
GET /a/a/b/x HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
--- in
GET /u/1 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-location
--- in
GET /u/12 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
--- in
GET /v/w/x HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-expression
--- in
GET /p.gif HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: image/x-matched
--- in
GET /tilde1 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-tilde
