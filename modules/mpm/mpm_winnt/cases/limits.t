--- conf warning
ThreadsPerChild 100 is more than ThreadLimit 10 allows: 10 is taken
--- conf
ThreadsPerChild 100
ThreadLimit 10
