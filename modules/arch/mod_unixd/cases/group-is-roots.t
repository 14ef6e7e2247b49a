--- conf
Group #0
--- needs root
--- conf error
Group is root's
