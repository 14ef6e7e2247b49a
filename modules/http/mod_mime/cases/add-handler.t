AddHandler chooses the handler; RemoveHandler takes it back.

--- needs mod_hello
--- conf
AddHandler hello .greet
<Location /plain>
  RemoveHandler .greet
</Location>
--- file a.greet
x
--- file plain/a.greet raw
file
--- in
GET /a.greet HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

Hello
--- in
GET /plain/a.greet HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- body raw
file
