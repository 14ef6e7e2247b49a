All extensions of a name count, in any order; encodings and languages add up.

--- conf
AddLanguage en .en
AddLanguage fr .fr
AddEncoding x-gzip .gz
AddEncoding x-compress .z
AddCharset UTF-8 .utf8
--- file a.html.en.utf8
x
--- file b.utf8.en.fr.html
x
--- file c.html.gz.z
x
--- in
GET /a.html.en.utf8 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8
Content-Language: en
--- in
GET /b.utf8.en.fr.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8
Content-Language: en, fr
--- in
GET /c.html.gz.z HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Encoding: x-gzip, x-compress
