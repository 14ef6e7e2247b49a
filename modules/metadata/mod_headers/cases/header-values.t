The % directives of values.

--- conf
SetEnv GREETING "good day"
Header set X-T %t
Header set X-D %D
Header set X-Load "%l %i %b"
Header set X-Env "%{GREETING}e, %{NOBODY}e! 100%%"
Header set X-Tls %{SSL_PROTOCOL}s
--- needs mod_env
--- file a.html
a
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-T: ~ ^t=[0-9]{16}$
X-D: ~ ^D=[0-9]+$
X-Load: ~ ^l=[0-9.]+/[0-9.]+/[0-9.]+ i=[0-9]+ b=[0-9]+$
X-Env: good day, (null)! 100%
X-Tls: (null)
