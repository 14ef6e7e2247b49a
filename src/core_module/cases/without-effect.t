Settings of other designs are accepted, each with a word that it does nothing here.

--- needs mod_mime
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
Protocols h2 http/1.1
ProtocolsHonorOrder On
LimitXMLRequestBody 0
SetInputFilter none
AddInputFilter none .x
CGIVar REQUEST_URI current-uri
RLimitCPU 10 20
RLimitMEM 100000000 max
RLimitNPROC max
<Directory "/">
    CGIPassAuth On
</Directory>
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
Protocols has no effect without a module that speaks another protocol than HTTP/1.1
ProtocolsHonorOrder has no effect without
LimitXMLRequestBody has no effect without a module that reads XML
SetInputFilter has no effect without a module that filters what clients send
AddInputFilter has no effect without
CGIVar has no effect without a module that runs scripts
RLimitCPU has no effect without
RLimitMEM has no effect without
RLimitNPROC has no effect without
CGIPassAuth has no effect without
