--- conf
Header set X-A
--- conf error
'set' needs 1 more after the field's name
