Three threads of one process: one answers, the others are idle, or about to be.

--- needs mod_status
--- conf
StartThreads 3
MinSpareThreads 1
MaxSpareThreads 6
MaxThreads 6
ThreadStackSize 524288
<Location /server-status>
    SetHandler server-status
</Location>
--- in
GET /server-status?auto HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

ServerMPM: mpm_netware
BusyWorkers: 1
~ ^Scoreboard: [W_S]{3}\.*$
