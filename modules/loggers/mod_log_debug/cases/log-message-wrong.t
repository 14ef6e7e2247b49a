What is wrong with a message is told.

--- conf
LogMessage "x" hook=nosuch
--- conf error
there is no hook 'nosuch' where messages are written
