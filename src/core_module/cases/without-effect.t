Settings of other designs are accepted, each with a word that it does nothing here.

--- conf
AcceptMutex flock
LockFile logs/accept.lock
EnableExceptionHook Off
Mutex default
NameVirtualHost *
FlushMaxPipelined 5
FlushMaxThreshold 65535
ReadBufferSize 8192
ListenCoresBucketsRatio 8
ListenTCPDeferAccept 30
ThreadStackSize 65536
MaxMemFree 2048
DefaultRuntimeDir logs
ContentDigest On
Protocol http
RegexDefaultOptions +DOTALL
--- conf warning
NameVirtualHost has no effect
AcceptMutex has no effect
LockFile has no effect
EnableExceptionHook has no effect
Mutex has no effect
FlushMaxPipelined has no effect
FlushMaxThreshold has no effect
ReadBufferSize has no effect
ListenCoresBucketsRatio has no effect
ListenTCPDeferAccept has no effect
MaxMemFree has no effect
DefaultRuntimeDir has no effect
ContentDigest has no effect
Protocol has no effect
RegexDefaultOptions has no effect
