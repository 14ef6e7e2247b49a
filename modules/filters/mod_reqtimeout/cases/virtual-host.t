A virtual host has its own: the address decides for the head, for its name is not known yet.

--- conf
RequestReadTimeout header=3600
<VirtualHost 127.0.0.1:*>
    RequestReadTimeout header=3
</VirtualHost>
--- in
GET / HTTP/1.1
--- out
HTTP/1.1 408 Request Timeout
--- closed
