One child of three threads: one answers, the others are idle, or about to be.

--- needs mod_status
--- conf
ThreadsPerChild 3
ThreadLimit 8
ThreadStackSize 524288
<Location /server-status>
    SetHandler server-status
</Location>
--- in
GET /server-status?auto HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

ServerMPM: mpm_winnt
BusyWorkers: 1
~ ^Scoreboard: [W_S]{3}\.*$
