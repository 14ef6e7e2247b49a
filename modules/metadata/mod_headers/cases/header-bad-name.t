--- conf
Header set "X A" b
--- conf error
'X A' cannot be the name of a header field
