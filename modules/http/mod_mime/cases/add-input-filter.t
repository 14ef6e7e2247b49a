A filter that no module has is an error.

--- conf
AddInputFilter NOSUCH .x
--- conf error
no module has a filter NOSUCH
