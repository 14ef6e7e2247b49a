Lines may depend on what the server knows.

--- conf
<IfDirective Alias>
    ErrorDocument 404 "alias"
</IfDirective>
<IfDirective !KeepAlive>
    Nonsense
</IfDirective>
<IfSection Directory>
    ErrorDocument 403 "directory"
</IfSection>
<IfSection Nothing>
    Nonsense
</IfSection>
--- needs mod_alias.c
--- in
GET /none HTTP/1.1
Host: localhost

--- out
HTTP/1.1 404 Not Found

alias
