What is said of scripts is checked, though none is run here.

--- conf
RLimitCPU 10 20
RLimitMEM 100000000 max
RLimitNPROC max
LimitXMLRequestBody 0
CGIVar REQUEST_URI current-uri
SetInputFilter none
SeeRequestTail On
<Directory "/">
    CGIPassAuth On
</Directory>
--- file a
x
--- in
GET /a HTTP/1.1
Host: localhost

--- out
HTTP/1.1 200 OK
