Lines that are written once are used for several hosts.

--- conf
<Macro Host $name $text>
    <VirtualHost *>
        ServerName $name
        ErrorDocument 404 "$text of ${SERVER_TEXT}"
    </VirtualHost>
</Macro>
Define SERVER_TEXT here
Use Host one.test "nothing"
use host two.test "not a thing"
UndefMacro Host
--- in
GET /none HTTP/1.1
Host: two.test

--- out
HTTP/1.1 404 Not Found

not a thing of here
--- in
GET /none HTTP/1.1
Host: one.test

--- out
HTTP/1.1 404 Not Found

nothing of here
