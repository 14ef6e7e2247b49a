--- conf
Redirect 410 /a http://e/
--- conf error
status 410 is no redirect: it takes no URL
