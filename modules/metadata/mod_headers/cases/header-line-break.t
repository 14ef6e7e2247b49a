--- conf
Header set X-A "b\r\nX-C: d"
--- conf error
the value of a header field cannot hold a line break
