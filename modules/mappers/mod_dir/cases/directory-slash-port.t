The redirect names the port that the client asked for.

--- dir d
--- in
GET /d HTTP/1.1
Host: www.example.org:8080

--- out
HTTP/1.1 301 Moved Permanently
Location: http://www.example.org:8080/d/
--- in
GET /d HTTP/1.1
Host: [::1]:8080

--- out
HTTP/1.1 301 Moved Permanently
Location: http://[::1]:8080/d/
