A document root that is not there is an error of the main server, at its line.

--- conf
DocumentRoot /no/such/folder
--- conf error
line 1 of ${ROOT}/conf/test.conf:
DocumentRoot /no/such/folder
^
DocumentRoot '/no/such/folder' is not a directory
