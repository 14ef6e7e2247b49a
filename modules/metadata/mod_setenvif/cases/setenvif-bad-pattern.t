--- conf
SetEnvIf User-Agent ( BAD
--- conf error
'(' is not a regular expression
