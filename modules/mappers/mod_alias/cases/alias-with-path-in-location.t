--- conf
<Location /down>
  Alias /down ${ROOT}/sorry.txt
</Location>
--- conf error
in a section, an alias has only a target
