The old name counts, and numbers give way to it.

--- conf warning
StartThreads 9 is more than MaxRequestWorkers 8: 8 is taken
--- conf
MaxClients 8
StartThreads 9
MinSpareThreads 2
MaxSpareThreads 4
