Two processes of three threads are six: one of them answers, the others are idle.

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

ServerMPM: event
BusyWorkers: 1
IdleWorkers: 5
~ ^Scoreboard: (W__|_W_|__W|___){2}\.*$
