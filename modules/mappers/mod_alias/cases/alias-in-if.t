An alias is looked for before it is known which conditions hold.

--- conf
<If true>
    Alias /elsewhere
</If>
--- conf error
an alias cannot stand in <If>: which of them hold is known later
