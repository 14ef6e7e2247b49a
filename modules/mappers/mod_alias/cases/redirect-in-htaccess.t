--- conf
<Directory ${DOCROOT}>
  AllowOverride FileInfo
</Directory>
--- file sub/.htaccess
Redirect /sub/old http://e/new
RedirectMatch ^/sub/(.)$ http://e/one/$1
--- file sub/a.txt
a
--- in
GET /sub/old/x HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://e/new/x
--- in
GET /sub/z HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://e/one/z
--- in
GET /sub/a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
