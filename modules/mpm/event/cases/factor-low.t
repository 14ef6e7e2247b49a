Below 1 it would hold fewer connections than worker does at most: 1 is taken.

--- conf
AsyncRequestWorkerFactor 0.5
--- conf warning
AsyncRequestWorkerFactor 0.5 is outside what is allowed: 1 is taken
