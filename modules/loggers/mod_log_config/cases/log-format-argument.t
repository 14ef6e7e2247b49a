--- conf
LogFormat "%{minutes}T" took
--- conf error
the argument of %T is s, ms or us, not 'minutes'
