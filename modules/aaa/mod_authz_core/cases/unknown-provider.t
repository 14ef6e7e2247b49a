--- conf
<Location />
  Require magic
</Location>
--- conf error
nothing here knows how to require 'magic'
