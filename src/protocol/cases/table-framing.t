Where a body ends: what two servers could see differently is refused, and no body is read as a request.

--- file probe
probed
--- file a
abc
--- requests
# Lengths
9112/6.2      200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello
9112/6.2      200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n
9112/6.2      200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0005\r\n\r\nhello
9112/6.2      200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: ${repeat 60 0}5\r\n\r\nhello
9112/6.2      206,200 stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0\r\nContent-Length: 3\r\n\r\nabcGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/6.2      304,200 stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nContent-Length: 3\r\n\r\nabcGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/6.2      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello
9112/6.2      200h    stays   HEAD /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello
9112/6.2      200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 38\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: smuggled\r\n
9112/6.2      200,200 stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/6.3      200     stays   POST /a HTTP/1.1\r\nHost: x\r\n\r\n
# Lengths that are none
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: five\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5.0\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5 5\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5;\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: "5"\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1e1\r\n\r\nhellohello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5_0\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551621\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775808\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \xef\xbc\x95\r\n\r\nhello
# More than one length
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\ncontent-length: 0\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\nhello!
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5,\r\n\r\nhello
9112/6.3      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello
# A length and a transfer coding
9112/6.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
9112/6.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n
9112/6.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
9112/6.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: identity\r\n\r\nhello
9112/6.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\nG
# Transfer codings
9112/7        200     stays   POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n
9112/7        200     stays   POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n
9112/7        200     stays   POST /a HTTP/1.1\r\nHost: x\r\ntransfer-ENCODING:chunked\r\n\r\n0\r\n\r\n
9112/7        200     stays   POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n
9112/6.1      501     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n
9112/6.1      501     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n
9112/7        400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n
9112/7        400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunkedx\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chun ked\r\n\r\n0\r\n\r\n
9112/6.3      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n
9112/6.1      400     closes  POST /a HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
9112/6.1      400     closes  GET /a HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
# Nobody waits for a body that was cut
9112/8        400     ends    POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel
9112/8        400     ends    POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel
9112/8        400     ends    POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n
9112/8        400     ends    POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n
# Bodies that an error leaves unread are dropped, or the connection is
9112/9.3      404     stays   POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 28\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3      404     stays   POST /none HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n\r\n0\r\n\r\n
9112/9.3      405     stays   DELETE /a HTTP/1.1\r\nHost: x\r\nContent-Length: 28\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3      404     closes  POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3      404     closes  POST /none HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
