Modules are asked for by file or by symbol, and may be absent.

--- conf
<IfModule core.c>
    <IfModule !mod_nothere.c>
        ForceType text/x-right
    </IfModule>
</IfModule>
<IfModule nothere_module>
    Nonsense
</IfModule>
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Type: text/x-right
