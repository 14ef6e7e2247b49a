Configurations that are written for Apache 2.4 take their 2.4 lines.

--- conf
<IfVersion >= 2.4>
    DocumentRoot ${DOCROOT}/new
</IfVersion>
<IfVersion !~ ^2\.4>
    DocumentRoot ${DOCROOT}/old
</IfVersion>
<IfVersion < 2.4>
    Nonsense
</IfVersion>
--- file new/a.txt
new
--- file old/a.txt
old
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

new
