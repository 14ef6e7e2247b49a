What is wrong with an expression is told, and where.

--- conf
<If "%{REQUEST_URI} == foo">
</If>
--- conf error
'foo' is neither in quotes nor a function
