An expectation that nobody can meet is refused (RFC 9110, 10.1.1).

--- in
GET / HTTP/1.1
Host: localhost
Expect: wonders

--- out
HTTP/1.1 417 Expectation Failed
