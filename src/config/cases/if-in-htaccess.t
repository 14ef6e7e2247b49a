A .htaccess file may hold conditions, in sections of files too.

--- conf
<Directory "${DOCROOT}">
    AllowOverride FileInfo
</Directory>
--- needs mod_headers
--- file .htaccess
<If "%{REQUEST_METHOD} == 'GET'">
    Header set X-If get
</If>
<Files "a*">
    <If "req('User-Agent') -strcmatch 'curl*'">
        Header set X-File curl
    </If>
</Files>
--- file a
x
--- file b
x
--- in
GET /a HTTP/1.1
Host: localhost
User-Agent: Curl/8

--- out
HTTP/1.1 200 OK
X-If: get
X-File: curl
Vary: User-Agent
--- in
HEAD /b HTTP/1.1
Host: localhost
User-Agent: Curl/8

--- out
HTTP/1.1 200 OK
!X-If
!X-File
!Vary
