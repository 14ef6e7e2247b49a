A limit may stand below what it limits. MaxClients is the old name of MaxRequestWorkers. Processes that have taken
MaxConnectionsPerChild connections are replaced.

--- mpm worker event leader threadpool
--- conf
StartServers 2
MaxClients 140
ThreadsPerChild 70
ThreadLimit 70
ThreadStackSize 262144
MinSpareThreads 70
MaxSpareThreads 210
MaxConnectionsPerChild 1
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost
Connection: close

--- out
HTTP/1.1 200 OK
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: localhost
Connection: close

--- out
HTTP/1.1 200 OK
--- closed
--- connect
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
