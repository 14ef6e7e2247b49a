The first virtual host of an address decides for all of it: nobody has been named yet when a connection comes.

--- conf
<VirtualHost 127.0.0.1:*>
    ServerName first.test
    RemoteIPProxyProtocol On
</VirtualHost>
<VirtualHost 127.0.0.1:*>
    ServerName second.test
</VirtualHost>
--- conf warning
second.test: what it says of RemoteIPProxyProtocol has no effect
--- file page
hello
--- in raw
PROXY UNKNOWN\r\nGET /page HTTP/1.1\r\nHost: second.test\r\n\r\n
--- out
HTTP/1.1 200 OK

hello
