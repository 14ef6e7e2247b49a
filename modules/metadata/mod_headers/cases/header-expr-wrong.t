What is wrong with an expression is told at its place.

--- conf
Header always set X-A b "expr=%{REQUEST_URI} = foo"
--- conf error
'foo' is neither in quotes nor a function
