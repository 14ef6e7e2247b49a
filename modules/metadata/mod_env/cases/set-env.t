A section sets and unsets over what the sections around it do.

--- conf
SetEnv A outer
SetEnv B outer
SetEnv C
SetEnv D "two words"
SetEnv E gone
UnsetEnv E
Header always set X-Env "%{A}e|%{B}e|%{C}e|%{D}e|%{E}e|%{F}e"
<Location /in>
  SetEnv A inner
  UnsetEnv B F
  SetEnv F inner
</Location>
--- needs mod_headers
--- in
GET /out HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
X-Env: outer|outer||two words|(null)|(null)
--- in
GET /in HTTP/1.1
Host: x

--- out
HTTP/1.1 404 Not Found
X-Env: inner|(null)||two words|(null)|inner
