Who connects and says nothing is told nothing.

--- conf
AcceptFilter http none
RequestReadTimeout header=1
LogLevel info
--- closed
--- log
AH01382: Request header read timeout
