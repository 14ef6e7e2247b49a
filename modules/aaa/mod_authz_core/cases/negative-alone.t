--- conf
<Location />
  Require not all denied
</Location>
--- conf error
a negative requirement has no effect
