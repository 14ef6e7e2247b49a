Connections: how long they stay, what is answered in which order, and what the client expects.

--- file probe
probed
--- file a
abc
--- requests
9112/9.3      200     stays   GET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.1\r\nHost: x\r\nConnection: CLOSE\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.1\r\nHost: x\r\nConnection: x, close\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, close\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n
9112/9.3      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n
9112/9.3      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\n
9112/9.3      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nConnection:\r\n\r\n
9112/9.3      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nConnection: x-close, Host\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.0\r\n\r\n
9112/9.3      200     stays   GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n
9112/9.3      200     closes  GET /a HTTP/1.1\r\nHost: x\r\nConnection: close, keep-alive\r\n\r\n
9112/9.3      200,200 closes  GET /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabcGET /a HTTP/1.0\r\n\r\n
9112/C.2.2    200     stays   GET /a HTTP/1.1\r\nHost: x\r\nProxy-Connection: close\r\n\r\n
9112/6.3      200     closes  POST /a HTTP/1.0\r\n\r\nGET /a HTTP/1.0\r\n\r\n
9112/9.3      404     stays   GET /none HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3      405     stays   PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n
# Pipelines are answered in order
9112/9.3.2    200,404,200   stays   GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3.2    200h,404h,200 stays   HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /none HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3.2    200,200 closes  GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3.2    200,400 closes  GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.3.2    200,200 stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcPOST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
9112/9.3.2    200,200,200,200,200,200,200,200 stays ${repeat 8 GET /a HTTP/1.1\r\nHost: x\r\n\r\n}
9112/9.6      200     closes  GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.6      200     ends    GET /a HTTP/1.1\r\nHost: x\r\n\r\n
9112/9.6      200,200 ends    GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n
# Expectations
9110/10.1.1   100,400 ends    POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n
9110/10.1.1   200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello
9110/10.1.1   200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n
9110/10.1.1   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n
9110/10.1.1   417     stays   GET /a HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n
9110/10.1.1   417     stays   GET /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue, tea\r\n\r\n
9110/10.1.1   417     closes  POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: tea\r\n\r\n
9110/10.1.1   417,200 stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: tea\r\n\r\nhelloGET /a HTTP/1.1\r\nHost: x\r\n\r\n
9110/10.1.1   417     stays   GET /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nExpect: tea\r\n\r\n
9110/10.1.1   417     stays   GET /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue=1\r\n\r\n
9110/5.6.1    200     stays   GET /a HTTP/1.1\r\nHost: x\r\nExpect:\r\n\r\n
9110/5.6.1    100,400 ends    POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: , 100-continue ,\r\n\r\n
9110/5.6.1    100,400 ends    POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n\r\n
9110/10.1.1   200     closes  POST /a HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello
9110/10.1.1   404     closes  POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n
# Upgrades that nobody offers are overlooked
9110/7.8      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n
9110/7.8      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n
9110/7.8      200     stays   GET /a HTTP/1.1\r\nHost: x\r\nUpgrade: x/1\r\n\r\n
