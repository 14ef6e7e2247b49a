--- conf
Header set X-A "100%z"
--- conf error
'%z' does not begin with a % directive
