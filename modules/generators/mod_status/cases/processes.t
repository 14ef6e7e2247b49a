Processes with their threads, and connections by what becomes of them, under every MPM.

--- conf
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /server-status?auto HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

~ ^Processes: [1-9][0-9]*$
Stopping: 0
ConnsTotal: 1
ConnsAsyncWriting: 1
ConnsAsyncKeepAlive: 0
ConnsAsyncClosing: 0
--- in
GET /server-status HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

>Async connections</th>
~ ^<tr><td>[0-9]+</td><td>[0-9]+</td><td>0</td><td>no</td>
~ ^<tr><td>Sum</td><td>[0-9]+</td><td></td><td>0</td><td>1</td><td>1</td>
--- in
GET /server-status?json HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

"ConnsTotal":1,
~ "Children":\[\{"Slot":[0-9]+,"PID":[0-9]+,"Generation":0,"Stopping":false,"Busy":[01],
