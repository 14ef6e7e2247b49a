Conditions and ranges, as far as a status tells them.

--- file probe
probed
--- file a
abc
--- requests
# The file is of 2024-01-01 00:00:00 GMT
9110/13.1.3   304     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.3   304     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Tue, 02 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.3   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Sun, 31 Dec 2023 23:59:59 GMT\r\n\r\n
9110/5.6.7    304     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Monday, 01-Jan-24 00:00:00 GMT\r\n\r\n
9110/5.6.7    304     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Mon Jan  1 00:00:00 2024\r\n\r\n
9110/13.1.3   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: yesterday\r\n\r\n
9110/13.1.3   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Mon, 32 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.3   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since:\r\n\r\n
9110/13.1.3   304h    stays   HEAD /a HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.3   200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nIf-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.2   304     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n
9110/13.1.2   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: "other"\r\n\r\n
9110/13.1.2   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: "o", W/"p", "q"\r\n\r\n
9110/13.2.2   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: "o"\r\nIf-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.1   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Match: *\r\n\r\n
9110/13.1.1   412     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Match: "other"\r\n\r\n
9110/13.1.4   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.4   412     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Unmodified-Since: Sun, 31 Dec 2023 00:00:00 GMT\r\n\r\n
9110/13.2.2   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Match: *\r\nIf-Unmodified-Since: Sun, 31 Dec 2023 00:00:00 GMT\r\n\r\n
9110/13.2.2   412     stays   GET /a HTTP/1.1\r\nHost: x\r\nIf-Match: "o"\r\nIf-None-Match: *\r\n\r\n
9110/13.2.1   404     stays   GET /none HTTP/1.1\r\nHost: x\r\nIf-Match: *\r\n\r\n
# Ranges of four bytes
9110/14.2     206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n\r\n
9110/14.2     206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=2-\r\n\r\n
9110/14.2     206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=-2\r\n\r\n
9110/14.1.2   206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=1-9999\r\n\r\n
9110/14.1.2   206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=-9999\r\n\r\n
9110/14.1     206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: Bytes=0-0\r\n\r\n
9110/14.2     206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0,2-2\r\n\r\n
9110/14.1.2   206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0 , 2-2\r\n\r\n
9110/15.5.17  416     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=9-\r\n\r\n
9110/15.5.17  416     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=-0\r\n\r\n
9110/15.5.17  416     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=9-,8-\r\n\r\n
9110/14.2     206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=9-,0-0\r\n\r\n
9110/14.1.1   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=2-1\r\n\r\n
9110/14.2     200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: pages=0-1\r\n\r\n
9110/14.2     200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=\r\n\r\n
9110/14.2     200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=-\r\n\r\n
9110/14.2     200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=a-b\r\n\r\n
9110/14.2     200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1;2-3\r\n\r\n
9110/14.2     200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes 0-1\r\n\r\n
9110/14.2     200     stays   POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nRange: bytes=0-1\r\n\r\n
9110/14.2     404     stays   GET /none HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n\r\n
9110/13.1.5   206     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nIf-Range: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.5   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nIf-Range: Tue, 02 Jan 2024 00:00:00 GMT\r\n\r\n
9110/13.1.5   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nIf-Range: "other"\r\n\r\n
9110/13.1.5   200     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=9-\r\nIf-Range: "other"\r\n\r\n
9110/13.2.2   304     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nIf-None-Match: *\r\n\r\n
9110/13.2.2   412     stays   GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nIf-Match: "other"\r\n\r\n
