With the limits raised they are taken.

--- conf
ServerLimit 20
NumServers 1
ThreadLimit 100
MaxThreadsPerChild 100
--- file index.html
it works
--- in
GET /index.html HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
