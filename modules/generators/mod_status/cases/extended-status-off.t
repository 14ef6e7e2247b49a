Without ExtendedStatus nobody learns what others ask.

--- conf
ExtendedStatus Off
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /server-status HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

ExtendedStatus On
~ [0-9]+ in state: W$
!GET /server-status
--- in
GET /server-status?auto HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

~ ^Total Accesses: [0-9]+$
BusyWorkers: 1
!CPU
