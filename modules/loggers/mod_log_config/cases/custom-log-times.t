--- conf
LogFormat "%t %{%Y}t %{sec}t %{msec}t %{usec}t %{msec_frac}t %{usec_frac}t %{begin:sec}t %{end:usec}t %D %T %{s}T %{ms}T %{us}T" times
CustomLog logs/access_log times
--- file a.html
abcde
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
~ ^\[[^]]+\] [0-9]{4} [0-9]{10} [0-9]{13} [0-9]{16} [0-9]{3} [0-9]{6} [0-9]{10} [0-9]{16} [0-9]+ 0 0 [0-9]+ [0-9]+$
