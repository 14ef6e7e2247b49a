A mistake in a macro is told with the lines that led there.

--- conf
MacroIgnoreEmptyArgs
MacroIgnoreBadNesting
<Macro Alive $how>
    KeepAlive $how
</Macro>
Use Alive Sometimes
Use Alive
Use Alife On
<Macro Itself>
    Use Itself
</Macro>
Use Itself
UndefMacro Nothing
<Macro Two $a $a>
</Macro>
--- conf error
~ ^AH00526: Syntax error on line 1 of macro 'Alive' \(defined on line 3 of .*test.conf\):$
KeepAlive must be On or Off, not 'Sometimes'
~ ^  included from line 6 of .*test.conf$
used with 0 arguments instead of 1
its arguments are $how
macro 'Alife' undefined
macros that stand before this line: alive
~ macro 'Itself' .* includes itself
macro 'Nothing' undefined
argument '$a' is there twice: #1 and #2
