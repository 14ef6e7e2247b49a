A media type has a slash.

--- conf
AddType html .x
--- conf error
'html' is not a media type
