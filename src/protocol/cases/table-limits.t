Heads and bodies that are too large: RFC 9110 has a status for each.

--- conf
LimitRequestLine 100
LimitRequestFieldSize 100
LimitRequestFields 8
LimitRequestBody 10
--- file probe
probed
--- file a
abc
--- requests
6585/5        200     stays   GET /a?${repeat 40 x} HTTP/1.1\r\nHost: x\r\n\r\n
6585/5        200     stays   GET /a?${repeat 84 x} HTTP/1.1\r\nHost: x\r\n\r\n
9110/15.5.15  414     closes  GET /a?${repeat 85 x} HTTP/1.1\r\nHost: x\r\n\r\n
9110/15.5.15  414     closes  GET /a?${repeat 90 x} HTTP/1.1\r\nHost: x\r\n\r\n
9110/15.5.15  414     closes  GET /${repeat 300 x}
9110/15.5.15  414     closes  ${repeat 101 G} /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/3        414     closes  GET /a?${repeat 99999 x} HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
6585/5        200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: ${repeat 90 y}\r\n\r\n
6585/5        200     stays   GET /a HTTP/1.1\r\nHost: x\r\nX: ${repeat 97 y}\r\n\r\n
6585/5        431     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: ${repeat 98 y}\r\n\r\n
6585/5        431     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: y${repeat 97 \x20}\r\n\r\n
6585/5        431     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: ${repeat 120 y}\r\n\r\n
6585/5        431     closes  GET /a HTTP/1.1\r\nHost: x\r\n${repeat 120 y}: x\r\n\r\n
6585/5        431     closes  GET /a HTTP/1.1\r\nHost: x\r\nX: ${repeat 99999 y}\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
6585/5        200     stays   GET /a HTTP/1.1\r\nHost: x\r\n${repeat 7 X: y\r\n}\r\n
6585/5        431     closes  GET /a HTTP/1.1\r\nHost: x\r\n${repeat 8 X: y\r\n}\r\n
6585/5        431     closes  GET /a HTTP/1.1\r\n${repeat 999 X: y\r\n}\r\n
9110/15.5.14  200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789
9110/15.5.14  413     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n0123456789a
9110/15.5.14  413     closes  GET /none HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n0123456789a
9110/15.5.14  413     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n\r\n
9110/15.5.14  413     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n
9110/15.5.14  413     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n
9110/15.5.14  200     stays   POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n
9110/15.5.14  413     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n
9110/15.5.14  413     closes  POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${repeat 11 1\r\nx\r\n}0\r\n\r\n
