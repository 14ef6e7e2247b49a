A process of two threads answers with one of them.

--- needs mod_status
--- conf
NumServers 1
StartThreads 2
MinSpareThreads 1
MaxSpareThreads 2
MaxThreadsPerChild 2
ThreadStackSize 1048576
<Location /server-status>
    SetHandler server-status
</Location>
--- in
GET /server-status?auto HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK

ServerMPM: perchild
BusyWorkers: 1
