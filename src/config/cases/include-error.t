An error in an included file names the lines that led there.

--- conf
# one
Include conf/part.conf
--- file ${ROOT}/conf/part.conf

Nonsense
--- conf error
line 2 of ${ROOT}/conf/part.conf:
Nonsense
included from line 2 of ${ROOT}/conf/test.conf
