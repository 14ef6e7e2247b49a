Access rules of 2.2 beside those of 2.4 are asked both: whoever wrote one of them has forgotten the other, and is told.

--- conf
<Directory "${DOCROOT}">
    Order allow,deny
    Allow from all
    Require all granted
</Directory>
<Location /closed>
    Deny from all
    <RequireAny>
        Require all granted
    </RequireAny>
</Location>
<Location /old>
    Order deny,allow
</Location>
--- file closed/a.txt
a
--- conf warning
~ Order stands beside Require: the one is of Apache 2.2, the other of 2.4, and a client must pass both; .*line 2 of .*test.conf
~ Deny stands beside <RequireAny>: .*line 7 of .*test.conf
!Order stands beside <
!line 13
--- in
GET /closed/a.txt HTTP/1.1
Host: x

--- out
HTTP/1.1 403 Forbidden
