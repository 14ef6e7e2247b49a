UnsetEnv takes several names, in .htaccess too.

--- conf
SetEnv A 1
SetEnv B 2
SetEnv C 3
Header always set X-Env "%{A}e|%{B}e|%{C}e"
<Directory ${DOCROOT}>
  AllowOverride FileInfo
</Directory>
--- needs mod_headers
--- file in/.htaccess
UnsetEnv A C
--- file in/a.html
a
--- in
GET /in/a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-Env: (null)|2|(null)
