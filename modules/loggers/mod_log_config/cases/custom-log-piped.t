A log can be a program, with a shell or without.

--- conf
LogFormat "%U" path
CustomLog "|cat >> ${ROOT}/logs/piped" path
CustomLog "||/bin/dd bs=64k status=none of=${ROOT}/logs/direct" path
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
--- log piped
/a.html
--- log direct
/a.html
