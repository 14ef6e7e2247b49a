SetHandler hello makes the greeting, whether there is a file or not.

--- conf
<Location /hello>
    SetHandler hello
</Location>
--- in
GET /hello HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/plain; charset=utf-8
Content-Length: 14
--- body
Hello, world!
