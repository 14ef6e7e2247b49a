--- conf
Group #-1
--- conf error
there is no group '#-1' on this host
