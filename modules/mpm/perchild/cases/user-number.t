How many processes is a number.

--- conf
ChildPerUserID #10001 #10001 some
--- conf error
ChildPerUserID takes a number of processes from 1 to 20000, not 'some'
