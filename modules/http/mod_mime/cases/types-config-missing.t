A TypesConfig that is not there is an error that names the file.

--- conf
TypesConfig conf/none.types
--- conf error
conf/none.types
