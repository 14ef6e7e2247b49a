AddLanguage, and DefaultLanguage where no extension says one.

--- conf
AddLanguage pt-BR .br
DefaultLanguage de
--- file a.txt.br
x
--- file b.txt
x
--- in
GET /a.txt.br HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Language: pt-br
--- in
GET /b.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Language: de
