Half a head does not hold a connection for longer than half a request would.

--- conf
RemoteIPProxyProtocol On
RequestReadTimeout header=1
LogLevel info
--- in raw
PROXY TCP4 192.0.2.1 192.0.2.2
--- closed
--- log
AH01382: Request PROXY protocol read timeout
