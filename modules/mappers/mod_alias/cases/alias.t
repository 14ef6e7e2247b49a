An alias is followed by whole segments; several slashes count as one.

--- conf
Alias /icons ${ROOT}/pictures
Alias /one.txt ${ROOT}/pictures/a.txt
<Directory ${ROOT}/pictures>
  Require all granted
</Directory>
--- file ${ROOT}/pictures/a.txt
a picture
--- file ${ROOT}/pictures/in/b.txt
another
--- in
GET /icons/a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

a picture
--- in
GET //icons///in//b.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

another
--- in
GET /one.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

a picture
--- in
GET /iconsets/a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /icons/../pictures/a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
