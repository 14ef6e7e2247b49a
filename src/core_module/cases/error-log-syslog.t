A facility that the system's log does not have is told; lines go to Apache's usual one.

--- conf
ErrorLog syslog:nosuch:weir
--- conf warning
ErrorLog: 'nosuch' is not kern, user,
