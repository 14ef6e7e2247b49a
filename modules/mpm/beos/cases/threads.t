Three threads of one process: one answers, two are idle.

--- needs mod_status
--- conf
StartThreads 3
MinSpareThreads 1
MaxSpareThreads 6
MaxRequestWorkers 6
MaxRequestsPerThread 0
ThreadStackSize 524288
<Location /server-status>
    SetHandler server-status
</Location>
--- in
GET /server-status?auto HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

ServerMPM: beos
BusyWorkers: 1
IdleWorkers: 2
~ ^Scoreboard: (W__|_W_|__W)\.*$
