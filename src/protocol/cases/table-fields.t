Fields: their names, their values, and what may be around them.

--- file probe
probed
--- file a
abc
--- requests
9112/5.1      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n
9112/5.1      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX:\r\n\r\n
9112/5.1      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX:y\r\n\r\n
9112/5.1      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: \t y \t\r\n\r\n
9112/5.1      200     stays   GET /a HTTP/1.1\r\nHost:    x   \r\n\r\n
9110/5.6.2    200     stays   GET /a HTTP/1.1\r\nHost: x\r\n!#$%&'*+-.^_`|~09azAZ: y\r\n\r\n
9110/5.5      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: \xe4\xff\x80\r\n\r\n
9110/5.5      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: a:b:c\r\n\r\n
9110/5.5      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: "\x22(,;\r\n\r\n
# White space before the colon serves only to smuggle
9112/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n
9112/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX\t: y\r\n\r\n
9112/5.1      400     closes  GET /a HTTP/1.1\r\nHost : x\r\n\r\n
9112/5.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello
9112/5.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n
9112/5.1      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding\x0b: chunked\r\n\r\n0\r\n\r\n
# Names are tokens
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX y: z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX(y): z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX,: z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX/y: z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\n"X": z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX\xe4: z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX\x00: z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\n\x01X: z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\n[X]: z\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nno colon at all\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nXcolonless\r\n\r\n
9110/5.1      400     closes  GET /a HTTP/1.1\r\n@: y\r\nHost: x\r\n\r\n
# Control bytes in values
9110/5.5      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\x00z\r\n\r\n
9110/5.5      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\x01\r\n\r\n
9110/5.5      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\x0b\r\n\r\n
9110/5.5      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\x7f\r\n\r\n
9110/5.5      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\rz\r\n\r\n
9110/5.5      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\nz: w\r\n\r\n
9110/5.5      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\rz: w\r\n\r\n
# Lines that go on in the next are refused, not joined
9112/5.2      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\n\r\n
9112/5.2      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\n\tz\r\n\r\n
9112/5.2      400     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\n \r\n\r\n
9112/5.2      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n
9112/5.2      400     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n 0\r\n\r\nx
# The end of the head is an empty line, whole
9112/2.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\n\n
9112/2.1      400     closes  GET /a HTTP/1.1\r\nHost: x\r\n\rX
9112/2.1      400     closes  GET /a HTTP/1.1\r\nHost: x\n\n
