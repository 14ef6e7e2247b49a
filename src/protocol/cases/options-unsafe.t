HttpProtocolOptions Unsafe forgives how a head is written, but not what could be framed in two ways.

--- conf
HttpProtocolOptions Unsafe
--- file probe
probed
--- file a
abc
--- requests
9112/2.2      200     stays   GET /a HTTP/1.1\nHost: x\n\n
9112/2.2      200     stays   \n\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        200     stays   GET \t /a  HTTP/1.1 \r\nHost: x\r\n\r\n
9112/5.1      200     stays   GET /a HTTP/1.1\r\nHost : x\r\n\r\n
9112/5.2      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\n\r\n
9110/5.5      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: y\x01z\r\n\r\n
9112/9.3.2    200,200 stays   GET /a HTTP/1.1\nHost: x\n\nGET /a HTTP/1.1\nHost: x\n\n
9112/3        400     closes  GET /a b HTTP/1.1\r\nHost: x\r\n\r\n
9112/3.2      400     closes  GET /a HTTP/1.1\n\n
9110/5.1      400     closes  GET /a HTTP/1.1\nHost: x\nX y: z\n\n
9112/6.3      400     closes  POST /a HTTP/1.1\nHost: x\nContent-Length : 5\nContent-Length: 6\n\nhello!
9112/6.1      400     closes  POST /a HTTP/1.1\nHost: x\nTransfer-Encoding:\n chunked\nContent-Length: 5\n\n0\r\n\r\n
9112/11.2     400     closes  POST /a HTTP/1.1\nHost: x\nTransfer-Encoding:\x0bchunked\n\n0\r\n\r\n
9112/11.2     400     closes  POST /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\r\r\n\r\n0\r\n\r\n
9112/11.2     400     closes  POST /a HTTP/1.1\nHost: x\nContent-Length: 5\n \x0c\n\nhello
9112/11.2     400     closes  GET /a HTTP/1.1\nHost: x\x01\n\n
9112/11.2     200     stays   GET /a HTTP/1.1\nHost: x\nX: y\rContent-Length: 5\n\n
9112/7        200     stays   POST /a HTTP/1.1\nHost: x\nTransfer-Encoding:\n chunked\n\n0\r\n\r\n
