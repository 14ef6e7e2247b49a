--- conf warning
MaxSpareThreads 3 is not more than MinSpareThreads 8: 9 is taken
--- conf
MaxThreads 20
MinSpareThreads 8
MaxSpareThreads 3
StartThreads 8
