--- conf
SetEnvIf User-Agent x
--- conf error
SetEnvIf takes at least 3
