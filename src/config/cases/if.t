An If section counts where its expression holds, an ElseIf where none before it did, an Else where none did at all;
they come after all other sections.

--- conf
Header set X-Last server
<If "%{QUERY_STRING} == 'a'">
    Header set X-Last if
</If>
<ElseIf "%{QUERY_STRING} =~ /^b(.)$/ && $1 in { 'b', 'c' }">
    Header set X-Last elseif
</ElseIf>
<Else>
    Header set X-Last else
</Else>
<Location />
    Header set X-Last location
</Location>
--- needs mod_headers
--- file x
x
--- in
GET /x?a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
X-Last: if
--- in
GET /x?bc HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
X-Last: elseif
--- in
GET /x?c HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
X-Last: else
