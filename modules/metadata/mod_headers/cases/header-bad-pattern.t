--- conf
Header edit X-A ( b
--- conf error
'(' is not a regular expression
