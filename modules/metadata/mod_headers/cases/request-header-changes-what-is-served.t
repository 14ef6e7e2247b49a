The handler sees the request as it was edited.

--- conf
RequestHeader unset Range
RequestHeader set If-None-Match *
--- file a.html
abc
--- in
GET /a.html HTTP/1.1
Host: x
Range: bytes=0-0

--- out
HTTP/1.1 304 Not Modified
