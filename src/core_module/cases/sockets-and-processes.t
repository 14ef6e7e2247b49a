What all MPMs share is read and does not stand in the way of a request.

--- conf
ListenBacklog 10
SendBufferSize 65536
ReceiveBufferSize 65536
AcceptFilter http none
ScoreBoardFile logs/scoreboard
CoreDumpDirectory logs
MaxRequestsPerChild 1000
MaxMemFree 512
GracefulShutdownTimeout 5
ExtendedStatus On
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
