Whoever could say nothing could be anybody: no answer, and the log says why.

--- conf
RemoteIPProxyProtocol On
LogLevel info
--- in
GET / HTTP/1.1
Host: localhost

--- closed
--- log
~ AH21001: a connection from 127\.0\.0\.1:\d+ does not begin with a PROXY protocol head: it is closed
