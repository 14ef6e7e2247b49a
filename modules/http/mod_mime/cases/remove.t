Remove directives take out what outer sections and the same section add.

--- conf
AddLanguage en .en
AddEncoding gzip .zz
AddCharset utf-8 .utf8
<Location /in>
  RemoveLanguage .en
  RemoveEncoding zz
  RemoveCharset utf8
  RemoveType html
  AddType text/x-too-early .html
  RemoveOutputFilter .x
  RemoveInputFilter .x
</Location>
--- file in/a.html.en.zz.utf8
x
--- file a.txt.en.zz.utf8
x
--- file in/a.txt.utf8
x
--- in
GET /in/a.html.en.zz.utf8 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
!Content-Type
!Content-Language
!Content-Encoding
--- in
GET /a.txt.en.zz.utf8 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain; charset=utf-8
Content-Language: en
Content-Encoding: gzip
--- in
GET /in/a.txt.utf8 HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain
