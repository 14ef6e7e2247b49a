--- conf
Redirect a http://example.org/
--- conf error
'a' is neither a URL path, which begins with /, nor a status
