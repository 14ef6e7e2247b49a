Without FollowSymLinks a link is forbidden; SymLinksIfOwnerMatch follows links to files of the same owner.

--- conf
<Directory "${DOCROOT}/no">
    Options -FollowSymLinks
</Directory>
<Directory "${DOCROOT}/owner">
    Options SymLinksIfOwnerMatch
</Directory>
--- file a
x
--- link yes/a ../a
--- link no/a ../a
--- link owner/a ../a
--- in
GET /yes/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- in
GET /no/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 403 Forbidden
--- in
GET /owner/a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- log
${DOCROOT}/no/a
