An Include that finds no file is an error.

--- conf
Include conf/none/*.conf
--- conf error
line 1 of ${ROOT}/conf/test.conf:
conf/none
