Numbers outside of what is allowed are told with what is.

--- conf
ListenBacklog 0
SendBufferSize 100
GracefulShutdownTimeout soon
Listen 192.0.2.1
--- conf error
line 1 of ${ROOT}/conf/test.conf:
ListenBacklog 0 is outside what is allowed
line 2 of ${ROOT}/conf/test.conf:
SendBufferSize must be >= 512 bytes
line 3 of ${ROOT}/conf/test.conf:
GracefulShutdownTimeout takes a number of seconds, not 'soon'
line 4 of ${ROOT}/conf/test.conf:
Port must be specified
