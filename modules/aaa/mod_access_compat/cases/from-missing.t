--- conf
<Location />
  Allow all everybody
</Location>
--- conf error
the first word after Allow or Deny is 'from'
