What was received counts for the request that takes a request's place, too.

--- conf
LogFormat "%I" bytes
CustomLog logs/access_log bytes
ErrorDocument 404 /sorry.txt
--- needs mod_log_config.c
--- file sorry.txt
sorry
--- in
POST /none HTTP/1.1
Host: localhost
Content-Length: 5

hello
--- out
HTTP/1.1 404 Not Found

sorry
--- access log
~ ^64$
