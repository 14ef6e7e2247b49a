A module of Apache's that this server does not have is told once, and what asks for it by IfModule is passed over.

--- conf
LoadModule lua_module modules/mod_lua.so
<IfModule mod_lua.c>
    LuaRoot /srv
</IfModule>
--- conf warning
AH20892: there is no mod_lua for this server yet: lua_module is not loaded
