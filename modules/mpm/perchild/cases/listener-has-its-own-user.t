A site with the listener's user could end it.

--- conf
ListenerUserID #10001 #10001
<VirtualHost *>
    AssignUserID #10001 #10001
</VirtualHost>
--- conf error
AssignUserID #10001 is the user of the listener
