AsyncRequestWorkerFactor is a number above 0.

--- conf
AsyncRequestWorkerFactor 0
--- conf error
line 1 of ${ROOT}/conf/test.conf:
AsyncRequestWorkerFactor takes a number above 0, such as 2 or 1.5, not '0'
