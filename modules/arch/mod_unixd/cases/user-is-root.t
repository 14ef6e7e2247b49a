--- conf
User root
--- needs root
--- conf error
User is root
