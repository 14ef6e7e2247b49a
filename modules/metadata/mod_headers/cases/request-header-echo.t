--- conf
RequestHeader echo X-A
--- conf error
'echo' is no action here
