A file is the same however it is sent.

--- conf
EnableSendfile Off
EnableMMAP Off
--- file big raw
${repeat 50000 0123456789}
--- in
GET /big HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
Content-Length: 500000
--- body raw
${repeat 50000 0123456789}
