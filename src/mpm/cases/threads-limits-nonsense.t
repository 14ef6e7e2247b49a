What is no number is an error at its line.

--- mpm worker event leader threadpool
--- conf
ThreadsPerChild some
--- conf error
line 1 of ${ROOT}/conf/test.conf:
ThreadsPerChild takes a number of threads, not 'some'
