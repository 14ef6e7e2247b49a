--- conf
CustomLog logs/access_log "%h %y"
--- conf error
'%y' does not begin with a % directive of a log format
