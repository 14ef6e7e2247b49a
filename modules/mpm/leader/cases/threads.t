Two processes of three threads are six: one of them answers, the others are idle, or about to be.

--- needs mod_status
--- conf
StartServers 2
ThreadsPerChild 3
MinSpareThreads 1
MaxSpareThreads 6
MaxRequestWorkers 6
<Location /server-status>
    SetHandler server-status
</Location>
--- in
GET /server-status?auto HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

ServerMPM: leader
BusyWorkers: 1
~ ^Scoreboard: [W_S]{6}\.*$
