What the client sent stands escaped in the page.

--- conf
ServerSignature On
--- in raw
FR<B> / HTTP/1.1\r\nHost: localhost\r\n\r\n
--- out
~ HTTP/1.1 (400|501) 

!<B>
