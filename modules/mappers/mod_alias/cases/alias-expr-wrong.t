What is wrong with an expression is told at its place.

--- conf
<Location /x>
    Alias "files/%{NOSUCH}"
</Location>
--- conf error
there is no variable 'NOSUCH'
