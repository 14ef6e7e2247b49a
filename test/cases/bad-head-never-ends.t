A client that goes away in the middle of a head gets no page and leaves no trace but in the log.

--- in raw
GET / HTTP/1.1\r\nHost: loc
--- shut
--- out
~ HTTP/1.1 (400|408) 
--- closed
--- connect
--- in
GET / HTTP/1.0

--- out
~ HTTP/1.1 (403|404) 
