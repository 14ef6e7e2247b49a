--- conf
BrowserMatch x =value
--- conf error
'=value' does not name a variable
