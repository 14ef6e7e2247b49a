--- conf
<VirtualHost *>
  User #65533
</VirtualHost>
--- conf error
User
