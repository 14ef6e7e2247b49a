DirectoryCheckHandler On leaves directories alone that have a handler.

--- needs mod_hello
--- conf
<Location /on>
  SetHandler hello
  DirectoryCheckHandler On
</Location>
--- file on/index.html raw
index
--- in
GET /on/ HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

Hello
