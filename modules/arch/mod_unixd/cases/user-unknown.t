--- conf
User nobody-of-that-name
--- conf error
there is no user 'nobody-of-that-name' on this host
