A filter that no module has is an error.

--- conf
AddOutputFilter NOSUCH .x
--- conf error
no module has a filter NOSUCH
