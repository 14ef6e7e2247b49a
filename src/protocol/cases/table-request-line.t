The request line, byte by byte.

--- file probe
probed
--- file a
abc
--- requests
# Method, one blank, target, one blank, version, CRLF
9112/3        200     stays   GET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET  /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET /probe  HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET\t/probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET /probe\tHTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET /probe HTTP/1.1 \r\nHost: x\r\n\r\n
9112/3        400     closes  \tGET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  \x20GET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET\x0b/probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET /probe\x0cHTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET /probe\r\nHost: x\r\n\r\n
9112/3        400     closes  GET\r\nHost: x\r\n\r\n
9112/3        400     closes  GET /probe HTTP/1.1 HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        400     closes  GET /pro be HTTP/1.1\r\nHost: x\r\n\r\n
# Lines end with CRLF; a lone CR or LF is nobody's line end
9112/2.2      400     closes  GET /probe HTTP/1.1\nHost: x\n\n
9112/2.2      400     closes  GET /probe HTTP/1.1\r\nHost: x\n\r\n
9112/2.2      400     closes  GET /probe HTTP/1.1\rHost: x\r\n\r\n
9112/2.2      400     closes  GET /probe HTTP/1.1\r\rHost: x\r\n\r\n
9112/2.2      400     closes  GET /pro\rbe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.2      400     closes  GET /pro\nbe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.2      400     closes  GET /probe HTTP/1.1\n\rHost: x\r\n\r\n
# Empty lines before it are overlooked, but not without end
9112/2.2      200     stays   \r\nGET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.2      200     stays   \r\n\r\nGET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.2      200     stays   ${repeat 9 \r\n}GET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.2      400     closes  \nGET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.2      400     closes  \rGET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.2      200,200 stays   GET /probe HTTP/1.1\r\nHost: x\r\n\r\n\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
# White space between the request line and the first field
9112/2.2      400     closes  GET /probe HTTP/1.1\r\n Host: x\r\n\r\n
9112/2.2      400     closes  GET /probe HTTP/1.1\r\n\tHost: x\r\n\r\n
9112/2.2      400     closes  GET /probe HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n
# Versions
9112/2.3      200     stays   GET /probe HTTP/1.1\r\nHost: x\r\n\r\n
9112/2.3      200     closes  GET /probe HTTP/1.0\r\n\r\n
9110/2.5      200     stays   GET /probe HTTP/1.2\r\nHost: x\r\n\r\n
9110/2.5      200     stays   GET /probe HTTP/1.9\r\nHost: x\r\n\r\n
9110/15.6.6   505     closes  GET /probe HTTP/2.0\r\nHost: x\r\n\r\n
9110/15.6.6   505     closes  GET /probe HTTP/3.0\r\nHost: x\r\n\r\n
9110/15.6.6   505     closes  GET /probe HTTP/0.9\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP/1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP/1.\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP/1.10\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP/01.1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP/1,1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP /1.1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe http/1.1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe Http/1.1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTPS/1.1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe ICY/1.1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP/+1.1\r\nHost: x\r\n\r\n
9112/2.3      400     closes  GET /probe HTTP/1.1x\r\nHost: x\r\n\r\n
# What other protocols begin with
9112/3        400     closes  \x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03
9112/3        400     closes  \x00
9113/3.4      505     closes  PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n
9112/3        400     closes  SSH-2.0-OpenSSH_9.2\r\n
# Half a line, and then nothing
9112/8        -       ends    GET
9112/8        -       ends    GET /probe HTTP/1.1
9112/8        -       ends    GET /probe HTTP/1.1\r\n
9112/8        -       ends    GET /probe HTTP/1.1\r\nHost: x\r\n
9112/8        -       ends    \r\n\r\n
