What is wrong with an expression is told at its place.

--- conf
<Location /x>
    Redirect 301 "http://example.org/%{NOSUCH}"
</Location>
--- conf error
there is no variable 'NOSUCH'
