A filter that nobody has is told when the configuration is read.

--- conf
SetOutputFilter NOTHERE
--- conf warning
NOTHERE
