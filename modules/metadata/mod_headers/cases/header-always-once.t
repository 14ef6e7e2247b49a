A range that cannot be had is found out behind the filters of the answer: "always" counts once all the same (Header).

--- conf
Header always append X-Always a
<Location /documented>
  ErrorDocument 416 /sorry.txt
</Location>
--- file a.txt raw
0123456789
--- file documented/a.txt raw
0123456789
--- file sorry.txt raw
sorry
--- in
GET /a.txt HTTP/1.1
Host: x
Range: bytes=10-

--- out
HTTP/1.1 416 Range Not Satisfiable
Content-Range: bytes */10
X-Always: a
--- in
GET /documented/a.txt HTTP/1.1
Host: x
Range: bytes=10-

--- out
HTTP/1.1 416 Range Not Satisfiable
Content-Range: bytes */10
X-Always: a
--- body raw
sorry
