An expression may ask whether a file is there, and whether another URL would be answered.

--- conf
<Location /secret>
    Require all denied
</Location>
<If "-F '${DOCROOT}/flag' && !-F '${DOCROOT}/none'">
    Header set X-Flag there
</If>
<If "-U '/flag' && -U '/none' && !-U '/secret'">
    Header set X-Open yes
</If>
--- needs mod_headers mod_authz_core
--- file flag
x
--- file x
x
--- in
GET /x HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
X-Flag: there
X-Open: yes
