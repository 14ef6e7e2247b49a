All errors of a run are shown, not the first alone.

--- conf
KeepAlive Maybe
Timeout soon
Nonsense
--- conf error
line 1 of ${ROOT}/conf/test.conf:
line 2 of ${ROOT}/conf/test.conf:
line 3 of ${ROOT}/conf/test.conf:
