What is wrong with an expression is told.

--- conf
SetEnvIfExpr "true &&" a=b
--- conf error
a word is needed, not the end
