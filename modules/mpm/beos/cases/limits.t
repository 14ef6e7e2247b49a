More than 50 threads are too many for this MPM.

--- conf warning
MaxRequestWorkers 150
--- conf
MaxRequestWorkers 150
