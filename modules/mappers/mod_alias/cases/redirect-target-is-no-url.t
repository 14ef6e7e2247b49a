--- conf
Redirect /a example.org/b
--- conf error
'example.org/b' is neither a whole URL nor a path
