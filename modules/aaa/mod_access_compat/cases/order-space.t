--- conf
<Location />
  Order deny, allow
</Location>
--- conf error
Order
