Request targets in their four forms, and the host that they and the field name.

--- file probe
probed
--- file a
abc
--- requests
# Origin form
9112/3.2.1    200     stays   GET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.1    200     stays   GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.1    200     stays   GET /a? HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.1    200     stays   GET /%61 HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.1    200     stays   GET //a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.1    200     stays   GET /./a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.1    200     stays   GET /b/../a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET ?a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET \\a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET /a\x00 HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET /a\x7f HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET /a\x01 HTTP/1.1\r\nHost: x\r\n\r\n
# Escapes and dots: nothing leads above the root
3986/2.1      400     closes  GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n
3986/2.1      400     closes  GET /a% HTTP/1.1\r\nHost: x\r\n\r\n
3986/2.1      400     closes  GET /a%4 HTTP/1.1\r\nHost: x\r\n\r\n
3986/2.1      404     stays   GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n
3986/2.1      404     stays   GET /b%2fa HTTP/1.1\r\nHost: x\r\n\r\n
3986/5.2.4    400     closes  GET /../a HTTP/1.1\r\nHost: x\r\n\r\n
3986/5.2.4    400     closes  GET /a/../../a HTTP/1.1\r\nHost: x\r\n\r\n
3986/5.2.4    400     closes  GET /%2e%2e/a HTTP/1.1\r\nHost: x\r\n\r\n
3986/5.2.4    400     closes  GET /.%2e/a HTTP/1.1\r\nHost: x\r\n\r\n
3986/5.2.4    404     stays   GET /%252e%252e/a HTTP/1.1\r\nHost: x\r\n\r\n
# Absolute form: any server must take it
9112/3.2.2    200     stays   GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.2    200     stays   GET HTTP://X/a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.2    200     stays   GET http://x:80/a?b HTTP/1.1\r\nHost: y\r\n\r\n
9112/3.2.2    200     stays   GET http://[::1]/a HTTP/1.1\r\nHost: y\r\n\r\n
9112/3.2.2    400     closes  GET http://x/a HTTP/1.1\r\n\r\n
9110/4.2.1    400     closes  GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n
9110/4.2.1    400     closes  GET http:/a HTTP/1.1\r\nHost: x\r\n\r\n
9110/4.2.4    400     closes  GET http://u:p@x/a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.2    400     closes  GET http://x y/a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.2    400     closes  GET http://x:99999/a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.2    400     closes  GET http://x:/../a HTTP/1.1\r\nHost: x\r\n\r\n
# For https a connection must be secured, and of other schemes nobody here knows what they ask for
9110/7.4      421     stays   GET https://x/a HTTP/1.1\r\nHost: x\r\n\r\n
9110/7.4      421     stays   POST HTTPS://x:443/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab
9110/7.4      421     stays   OPTIONS https://x HTTP/1.1\r\nHost: x\r\n\r\n
9110/7.4      421     closes  GET https://x/a HTTP/1.0\r\n\r\n
9110/7.4      421     stays   GET ftp://x/a HTTP/1.1\r\nHost: x\r\n\r\n
9110/7.4      400     closes  GET https://x/../a HTTP/1.1\r\nHost: x\r\n\r\n
# Authority form is CONNECT's
9112/3.2.3    400     closes  GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.3    400     closes  CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.3    400     closes  CONNECT x HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.3    400     closes  CONNECT http://x/ HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.6    405     closes  CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n
# Asterisk form is OPTIONS'
9112/3.2.4    200     stays   OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.4    400     closes  GET * HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.4    400     closes  OPTIONS *a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2.4    200     stays   OPTIONS http://x HTTP/1.1\r\nHost: x\r\n\r\n
# A request for HTTP/1.1 has exactly one Host
9112/3.2      400     closes  GET /a HTTP/1.1\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.2\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n
9112/3.2      200     closes  GET /a HTTP/1.0\r\n\r\n
9112/3.2      200     closes  GET /a HTTP/1.0\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x y\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x,y\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x/y\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: u@x\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x:y\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x:-1\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x:80:80\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: [::1\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: ..\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: x%00\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost: \xff\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\r\nHost:\r\n\r\n
9112/3.2      200     stays   GET /a HTTP/1.1\r\nHost: x:8080\r\n\r\n
9112/3.2      200     stays   GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n
9112/3.2      200     stays   GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n
9112/3.2      200     stays   GET /a HTTP/1.1\r\nhOST:x\r\n\r\n
9112/3.2      200     stays   GET /a HTTP/1.1\r\nX: y\r\nHost: x.\r\n\r\n
