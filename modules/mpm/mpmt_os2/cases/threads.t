Two processes of two threads each, and as many more as there should be spare: one of them answers.

--- needs mod_status
--- conf
StartServers 2
MinSpareThreads 2
MaxSpareThreads 6
ThreadStackSize 524288
<Location /server-status>
    SetHandler server-status
</Location>
--- in
GET /server-status?auto HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

ServerMPM: mpmt_os2
BusyWorkers: 1
~ ^Scoreboard: [W_S]{2,}\.+[W_S]{2,}\.*$
