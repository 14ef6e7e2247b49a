Directory from the shortest, DirectoryMatch, Files, Location: the later one wins.

--- conf
<Location "/l">
    ForceType text/x-location
</Location>
<Files "f*">
    ForceType text/x-files
</Files>
<DirectoryMatch "/d/m">
    ForceType text/x-match
</DirectoryMatch>
<Directory "${DOCROOT}/d/m">
    ForceType text/x-long
</Directory>
<Directory "${DOCROOT}/d">
    ForceType text/x-short
</Directory>
--- file d/a
x
--- file d/m/a
x
--- file d/f
x
--- file d/n/a
x
--- file l/f
x
--- in
GET /d/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-short
--- in
GET /d/n/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-short
--- in
GET /d/m/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-match
--- in
GET /d/f HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-files
--- in
GET /l/f HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-location
