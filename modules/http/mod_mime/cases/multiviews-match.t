MultiviewsMatch knows its words.

--- conf
MultiviewsMatch Handlers Filters
MultiviewsMatch Any
MultiviewsMatch NegotiatedOnly
--- file a.txt
x
--- in
GET /a.txt HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
