--- conf
<Directory ${DOCROOT}>
  AllowOverride FileInfo
</Directory>
Header set X-A outer
--- file in/.htaccess
Header append X-A inner
RequestHeader set X-B inner
Header echo X-B
--- file in/a.html
a
--- in
GET /in/a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-A: outer, inner
X-B: inner
