--- conf
Alias /icons
--- conf error
an alias needs a URL path and a target
