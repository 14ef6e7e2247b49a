Numbers of threads that contradict each other are corrected, each with a warning that says how.

--- mpm worker event leader threadpool
--- conf
MaxRequestWorkers 250
ThreadsPerChild 100
ServerLimit 2
StartServers 3
MinSpareThreads 50
MaxSpareThreads 60
--- conf warning
ThreadsPerChild 100 is more than ThreadLimit 64 allows: 64 is taken
MaxRequestWorkers 250 is more than ServerLimit 2 times 64 threads allows: 128 is taken, 2 processes
StartServers 3 is more than MaxRequestWorkers has room for: 2 is taken
MaxSpareThreads 60 would end processes that MinSpareThreads 50 starts: 114 is taken
