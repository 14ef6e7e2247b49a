Else needs an If before it.

--- conf
<If true>
</If>
<Else>
</Else>
<Else>
</Else>
--- conf error
<Else> needs an <If> or <ElseIf> before it in the same section
