LogMessage writes a line of its own to the error log: in a hook, if an expression holds.

--- conf
LogLevel log_debug:info
<Location /a>
    LogMessage "seen %{REQUEST_URI} by %{req:User-Agent}"
    LogMessage "mapped to %{REQUEST_FILENAME}" hook=fixups
    LogMessage "asked" expr=%{QUERY_STRING}=='q' hook=type_checker
    LogMessage "all over" hook=all "expr=%{QUERY_STRING} == 'all'"
</Location>
--- file a
x
--- in
GET /a?q HTTP/1.1
Host: localhost
User-Agent: UA/1

--- out
HTTP/1.1 200 OK
--- in
GET /a?all HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
--- log
AH00640: asked (type_checker hook)
AH00640: mapped to ${DOCROOT}/a (fixups hook)
AH00640: seen /a by UA/1 (log_transaction hook)
AH00640: all over (map_to_storage hook)
AH00640: all over (handler hook)
