FileETag Digest: the tag is the SHA-1 of what is in the file; a file of more than 1 MiB has one of time and length.

--- conf
FileETag Digest
--- file a.txt raw
0123456789
--- file b.txt raw
${repeat 40000 x}
--- file c.txt raw
${repeat 1100000 x}
--- in
GET /a.txt HTTP/1.1
Host: localhost

GET /a.txt HTTP/1.1
Host: localhost
If-None-Match: "h6zsF82dzSCnFsws9nQXtxyKcBY="

HEAD /b.txt HTTP/1.1
Host: localhost

HEAD /c.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
ETag: "h6zsF82dzSCnFsws9nQXtxyKcBY="
--- out
HTTP/1.1 304 Not Modified
ETag: "h6zsF82dzSCnFsws9nQXtxyKcBY="
--- out
HTTP/1.1 200 OK
ETag: "9Bgc0Y4ZCjVMqeylsvQ4QnVzOkI="
--- out
HTTP/1.1 200 OK
ETag: "10c8e0-60dd710212000"
