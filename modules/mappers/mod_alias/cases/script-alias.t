What ScriptAlias maps is for the handler cgi-script.

--- conf
ScriptAlias /cgi-bin/ ${ROOT}/scripts/
LogFormat "%U %R" handlers
CustomLog logs/access_log handlers
--- needs mod_log_config
--- file ${ROOT}/scripts/x
x
--- in
GET /cgi-bin/x HTTP/1.1
Host: x

--- out
~ ^HTTP/1.1 [0-9]{3} 
--- access log
/cgi-bin/x cgi-script
