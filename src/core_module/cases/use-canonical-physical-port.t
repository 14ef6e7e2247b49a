In URLs of its own the server names the port of the connection where it may and the client gave none.

--- conf
<VirtualHost *>
    ServerName example.org:81
    UseCanonicalName On
</VirtualHost>
<VirtualHost *>
    ServerName physical
    UseCanonicalName Off
    UseCanonicalPhysicalPort On
</VirtualHost>
--- needs mod_dir
--- dir d
--- in
GET /d HTTP/1.1
Host: example.org

--- out
HTTP/1.1 301 Moved Permanently
Location: http://example.org:81/d/
--- in
GET /d HTTP/1.1
Host: physical

--- out
HTTP/1.1 301 Moved Permanently
Location: http://physical:${PORT}/d/
