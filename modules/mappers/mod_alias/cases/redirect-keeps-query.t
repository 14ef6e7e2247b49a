A query is kept over a redirect, unless the target has one.

--- conf
Redirect 301 /old http://example.org/new
Redirect /asks http://example.org/?x=y
Redirect /part http://example.org/page#part
--- in
GET /old?a=b HTTP/1.1
Host: x

--- out
HTTP/1.1 301 Moved Permanently
Location: http://example.org/new?a=b
--- in
GET /old? HTTP/1.1
Host: x

--- out
HTTP/1.1 301 Moved Permanently
Location: http://example.org/new?
--- in
GET /asks?a=b HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://example.org/?x=y
--- in
GET /part?a=b HTTP/1.1
Host: x

--- out
HTTP/1.1 302 Found
Location: http://example.org/page?a=b#part
