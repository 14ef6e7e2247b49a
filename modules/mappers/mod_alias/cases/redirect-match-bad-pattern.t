--- conf
RedirectMatch ^/(x http://e/
--- conf error
is not a regular expression
