--- conf
<Location /server-status>
  SetHandler server-status
</Location>
--- in
GET /server-status?"><script>alert(1)</script> HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

&lt;script&gt;alert(1)&lt;/script&gt;
!<script
--- in
GET /server-status?notable&"><script>alert(1)</script> HTTP/1.1
Host: x

--- out
HTTP/1.1 200 OK

&lt;script&gt;alert(1)&lt;/script&gt;
!<script
