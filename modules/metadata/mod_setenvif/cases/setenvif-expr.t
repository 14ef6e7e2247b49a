SetEnvIfExpr sets variables where an expression holds; what its regular expressions matched can be put into them.

--- conf
SetEnvIfExpr "%{REQUEST_URI} =~ m#^/(.)(.*)$# && -n req('User-Agent')" first=$1 rest=<$2> !gone
SetEnv gone x
Header set X-Env "%{first}e %{rest}e %{here}e"
<Location /bcd>
    SetEnvIfExpr "%{QUERY_STRING} == 'q'" here
</Location>
--- needs mod_headers mod_env
--- file abc
x
--- file bcd
x
--- in
GET /abc HTTP/1.1
Host: localhost
User-Agent: x

--- out
HTTP/1.1 200 OK
X-Env: a <bc> (null)
--- in
GET /bcd?q HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
X-Env: (null) (null) 1
