No site is served as root.

--- conf
<VirtualHost *>
    AssignUserID root root
</VirtualHost>
--- conf error
nobody is served as root: whoever broke in would own the host
