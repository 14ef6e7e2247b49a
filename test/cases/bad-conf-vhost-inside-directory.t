A virtual host stands in the main server only.

--- conf
<Directory "/x">
    <VirtualHost *>
    </VirtualHost>
</Directory>
--- conf error
line 2 of ${ROOT}/conf/test.conf:
VirtualHost
