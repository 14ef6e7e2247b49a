A user that there is not is told where it stands.

--- conf
<VirtualHost *>
    AssignUserID nobody-has-this-name #7
</VirtualHost>
--- conf error
there is no user 'nobody-has-this-name' on this host
