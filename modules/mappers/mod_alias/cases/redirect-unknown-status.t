--- conf
Redirect soon /a http://e/
--- conf error
'soon' is no status of a redirect
