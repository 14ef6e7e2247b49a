Settings of other designs are accepted, each with a word that it does nothing here.

--- conf
AcceptMutex flock
LockFile logs/accept.lock
EnableExceptionHook Off
Mutex default
NameVirtualHost *
--- conf warning
AcceptMutex has no effect
LockFile has no effect
EnableExceptionHook has no effect
Mutex has no effect
NameVirtualHost has no effect
