Only "always" reaches errors and redirects.

--- conf
Header set X-Good yes
Header always set X-Always yes
Header always append X-Always really
Header onsuccess set X-Success yes
Redirect /moved http://e/
--- needs mod_alias
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-Good: yes
X-Success: yes
X-Always: yes, really
--- in
GET /none.html HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
!X-Good
!X-Success
X-Always: yes, really
--- in
GET /moved HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
!X-Good
!X-Success
X-Always: yes, really
