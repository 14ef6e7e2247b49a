EnableMMAP and EnableSendfile change how a file is sent, not what.

--- conf
EnableMMAP Off
EnableSendfile Off
--- file a.txt raw
0123456789
--- file big.txt raw
${repeat 100000 x}
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Length: 10
--- body raw
0123456789
--- in
GET /big.txt HTTP/1.1
Host: localhost
Range: bytes=-5

--- out
HTTP/1.1 206 Partial Content
Content-Range: bytes 99995-99999/100000
--- body raw
xxxxx
--- in
GET /big.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Length: 100000
