--- conf
Suexec On
--- conf error
there is no suexec here
