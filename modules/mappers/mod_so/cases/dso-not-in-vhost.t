--- needs dso
--- conf
<VirtualHost *:80>
    LoadModule so_module modules/mod_so.so
</VirtualHost>
--- conf error
LoadModule not allowed in <VirtualHost> context
