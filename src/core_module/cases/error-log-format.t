The lines of ErrorLog have the form that is asked for; a field in which something is missing is left out.

--- conf
ErrorLogFormat "%l [%m] %k %-R for\ %{X-Who}i on %v %M% (%{Referer}i)"
--- in
FROB / HTTP/1.1
Host: localhost
X-Who: me

--- out
HTTP/1.1 501 Not Implemented
--- connect
--- in
FROB / HTTP/1.1
Host: localhost
X-Who: me
X-Who: you

--- out
HTTP/1.1 501 Not Implemented
--- log
error [core] 0 - for me on localhost AH00135: Invalid method in request: FROB
error [core] 0 - for me, you on localhost AH00135: Invalid method in request: FROB
