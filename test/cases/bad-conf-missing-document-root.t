A document root that is not there is a warning: the server may still be useful.

--- conf
DocumentRoot /no/such/folder
--- conf warning
/no/such/folder
