In a virtual host it is a warning: the others can serve.

--- conf
<VirtualHost 192.0.2.1:80>
    DocumentRoot /no/such/folder
</VirtualHost>
--- conf warning
/no/such/folder
