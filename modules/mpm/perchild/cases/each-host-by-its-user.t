Each virtual host is served by its own user's process, also where one connection asks for one after the other.

--- needs root
--- conf
<VirtualHost *>
    ServerName main.test
    DocumentRoot ${ROOT}/main
</VirtualHost>
<VirtualHost *>
    ServerName a.test
    DocumentRoot ${ROOT}/a
    AssignUserID #10001 #10001
</VirtualHost>
<VirtualHost *>
    ServerName b.test
    DocumentRoot ${ROOT}/b
    AssignUserID #10002 #10002
    CustomLog logs/b_log "%v %>s"
</VirtualHost>
ChildPerUserID #10002 #10002 1
NumServers 2
ListenerUserID #10009 #10009
CustomLog logs/access_log "%v %>s"
--- file ${ROOT}/main/index.html
main
--- file ${ROOT}/a/index.html
site a
--- file ${ROOT}/b/index.html
site b
--- in
GET /index.html HTTP/1.1
Host: a.test

--- out
HTTP/1.1 200 OK
!Connection

site a
--- in
GET /index.html HTTP/1.1
Host: b.test

--- out
HTTP/1.1 200 OK
!Connection

site b
--- in
POST /index.html HTTP/1.1
Host: main.test
Content-Length: 3

abcGET http://a.test/index.html HTTP/1.1
Host: b.test

--- out
HTTP/1.1 200 OK

main
--- out
HTTP/1.1 200 OK

site a
--- log b_log
b.test 200
!a.test
!main.test
--- access log
[#10001] a.test 200
[nobody] main.test 200
