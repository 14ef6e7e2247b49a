--- conf
LogFormat "%a %{c}a %A %h %{c}h %p %{canonical}p %{local}p %{remote}p" addresses
CustomLog logs/access_log addresses
--- file a.html
abc
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- access log
~ ^127\.0\.0\.1 127\.0\.0\.1 127\.0\.0\.1 127\.0\.0\.1 127\.0\.0\.1 [0-9]+ [0-9]+ [0-9]+ [0-9]+$
