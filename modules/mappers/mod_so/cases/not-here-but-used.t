A line that needs a module which is not there is an error: nothing is left out in silence.

--- conf
LoadModule lua_module modules/mod_lua.so
LuaRoot /srv
<Directory "/">
    LuaInherit none
</Directory>
--- conf error
Invalid command 'LuaRoot', perhaps misspelled or defined by a module not included in the server configuration
LuaRoot is provided by mod_lua, which this server does not have yet
~ \(also .*test.conf:4\)$
