--- conf
<Location />
  Require ip 10.0.0.0/99
</Location>
--- conf error
'10.0.0.0/99' is not an address or a network
