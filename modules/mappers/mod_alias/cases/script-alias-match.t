--- conf
ScriptAliasMatch ^/run/(\w+)$ ${ROOT}/scripts/$1
LogFormat "%U %R" handlers
CustomLog logs/access_log handlers
--- needs mod_log_config
--- file ${ROOT}/scripts/x
x
--- in
GET /run/x HTTP/1.1
Host: x

--- out
~ ^HTTP/1.1 [0-9]{3} 
--- access log
/run/x cgi-script
