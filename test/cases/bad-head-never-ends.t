A client that goes away in the middle of a head gets no answer, and the next one is served.

--- in raw
GET / HTTP/1.1\r\nHost: loc
--- shut
--- closed
--- connect
--- in
GET / HTTP/1.0

--- out
~ HTTP/1.1 (403|404) 
