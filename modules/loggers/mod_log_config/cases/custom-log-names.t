--- conf
LogFormat "%v %V %P %{pid}P %{tid}P %{hextid}P %%" names
CustomLog logs/access_log names
--- file a.html
abcde
--- in
GET /a.html HTTP/1.1
Host: Other.example:81

--- out
HTTP/1.1 200 OK
--- access log
~ ^localhost (?i)other\.example [0-9]+ [0-9]+ [0-9]+ [0-9a-f]+ %$
