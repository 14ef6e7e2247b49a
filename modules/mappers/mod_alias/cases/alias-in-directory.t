--- conf
<Directory />
  Alias ${ROOT}/sorry.txt
</Directory>
--- conf error
an alias needs a URL path and a target
