No line break gets into a field, whoever chose the value.

--- conf
SetEnvIf Request_URI ^/to/(.*) PLACE=$1
Header always set X-Place %{PLACE}e
RequestHeader set X-Req "is %{PLACE}e"
Header always echo X-Req
--- needs mod_setenvif
--- in
GET /to/x%0d%0aX-Forged:%20yes HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
X-Place: x  X-Forged: yes
!X-Forged
