Header note keeps a field of the answer for the log.

--- conf
Header note Last-Modified changed
LogFormat "%U %{changed}n" noted
CustomLog logs/access_log noted
--- needs mod_log_config
--- file a.html
abc
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
/a.html Mon, 01 Jan 2024 00:00:00 GMT
