What is wrong with an expression is told at its place.

--- conf
<Location />
    Require expr "%{REQUEST_URI} == \"x\" && %{NOSUCH} == 'y'"
</Location>
--- conf error
                                            ^
there is no variable 'NOSUCH'
