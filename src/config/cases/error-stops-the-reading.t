Error refuses the configuration with its own words.

--- conf
<IfModule core.c>
    Error "ask the other team"
</IfModule>
--- conf error
ask the other team
