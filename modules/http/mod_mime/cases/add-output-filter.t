A filter that no module has is left out, with a warning.

--- conf
AddOutputFilter NOSUCH .x
--- conf warning
no module has a filter NOSUCH
