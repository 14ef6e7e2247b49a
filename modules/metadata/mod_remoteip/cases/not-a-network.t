--- conf
RemoteIPProxyProtocolExceptions proxy.example.org
--- conf error
'proxy.example.org' is not an address or a network
