Methods: which are known, which files take, and what OPTIONS and TRACE say.

--- conf
TraceEnable On
--- file probe
probed
--- file a
abc
--- requests
9110/9.3.1    200     stays   GET /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.2    200h    stays   HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.2    404h    stays   HEAD /none HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.3    200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b
9110/9.3.4    405     stays   PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b
9110/9.3.5    405     stays   DELETE /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.7    200     stays   OPTIONS /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.7    200     stays   OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.8    200     stays   TRACE /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.8    413     closes  TRACE /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc
9110/9.3.8    413     closes  TRACE /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
9110/9.3.8    400     closes  TRACE * HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.3.7    200,200 stays   OPTIONS * HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /a HTTP/1.1\r\nHost: x\r\n\r\n
5789/2        405     stays   PATCH /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}
4918/9        405     stays   PROPFIND /a HTTP/1.1\r\nHost: x\r\n\r\n
4918/9        405     stays   MKCOL /a HTTP/1.1\r\nHost: x\r\n\r\n
# Methods are case-sensitive tokens; one that nobody knows is not implemented
9110/9.1      501     closes  get /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      501     closes  Get /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      501     closes  TEA /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      501     closes  GE /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      501     closes  GETT /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      501     closes  X-a.b!c /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      501     closes  TEA /a HTTP/1.1\r\nHost: x\r\nContent-Length: 28\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      400     closes  G(T /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      400     closes  G"T /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      400     closes  G\xe4T /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      400     closes  G\x00T /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/9.1      400     closes  : /a HTTP/1.1\r\nHost: x\r\n\r\n
