Lines for monitors, under the names that Apache gave them.

--- conf
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /none HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
--- in
GET /server-status?auto HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK
Content-Type: text/plain; charset=utf-8

ServerVersion: Weir/
~ ^ServerMPM: [a-z0-9_]+$
~ ^Server Built:
~ ^CurrentTime: [A-Z][a-z]+, [0-9]{2}-[A-Z][a-z]{2}-[0-9]{4} [0-9:]{8}
~ ^RestartTime:
ParentServerConfigGeneration: 1
ParentServerMPMGeneration: 0
~ ^ServerUptimeSeconds: [0-9]+$
~ ^ServerUptime:
~ ^Total Accesses: [0-9]+$
~ ^Total kBytes: [0-9]+$
~ ^Total Duration: [0-9]+$
~ ^CPUUser: [0-9.]+$
~ ^Uptime: [0-9]+$
~ ^ReqPerSec: [0-9.]+$
~ ^BytesPerSec: [0-9.]+$
~ ^BytesPerReq: [0-9.]+$
~ ^BusyWorkers: 1$
~ ^GracefulWorkers: 0$
~ ^IdleWorkers: [0-9]+$
~ ^Scoreboard: [SRDCLGI_.]*W[SRDCLGI_.]*$
