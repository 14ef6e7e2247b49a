--- conf
AliasMatch ^/(a ${ROOT}
--- conf error
'^/(a' is not a regular expression
