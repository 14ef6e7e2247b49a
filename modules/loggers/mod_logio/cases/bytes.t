Access logs can say how many bytes came and went, heads included.

--- conf
LogFormat "%I %O %S %^FB" bytes
CustomLog logs/access_log bytes
LogIOTrackTTFB Off
--- needs mod_log_config.c
--- file a.txt
0123456789
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- access log
~ ^40 2\d\d 2\d\d -$
