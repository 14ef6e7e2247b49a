What is no number is an error at its line.

--- conf
StartServers many
--- conf error
line 1 of ${ROOT}/conf/test.conf:
StartServers takes a number of processes, not 'many'
