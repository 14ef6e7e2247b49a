The report names file, line and column, shows the line, and knows the nearest directive.

--- conf
# a comment
DocumentRooot /x
--- conf error
Syntax error on line 2 of ${ROOT}/conf/test.conf:
DocumentRooot /x
^
DocumentRoot
