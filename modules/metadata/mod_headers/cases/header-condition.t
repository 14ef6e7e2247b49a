A condition asks for an environment variable.

--- conf
SetEnvIf Request_URI b\.html IS_B
Header set X-B yes env=IS_B
Header set X-Other yes env=!IS_B
RequestHeader set X-Kind b env=IS_B
Header echo X-Kind
--- needs mod_setenvif
--- file a.html
a
--- file b.html
b
--- in
GET /a.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
!X-B
X-Other: yes
!X-Kind
--- in
GET /b.html HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
X-B: yes
!X-Other
X-Kind: b
