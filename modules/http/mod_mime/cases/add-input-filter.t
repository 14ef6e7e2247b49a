A filter that no module has is left out, with a warning.

--- conf
AddInputFilter NOSUCH .x
--- conf warning
no module has a filter NOSUCH
