Without mod_autoindex nothing is listed, and nothing else is lost: where LoadModule asks for it, its lines are passed over, in .htaccess too.

--- conf
LoadModule autoindex_module modules/mod_autoindex.so
IndexOptions FancyIndexing
<Directory "${DOCROOT}">
    AllowOverride Indexes
    AddIcon /icons/a.png .html
    <Limit GET>
        IndexIgnore *.bak
    </Limit>
</Directory>
--- file index.html
listed by nobody
--- file .htaccess
HeaderName none
--- conf warning
~ AH20892: there is no mod_autoindex for this server yet: autoindex_module is not loaded; without effect for that: IndexOptions \(.*test.conf:2\) and 2 more lines
--- in
GET /index.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
