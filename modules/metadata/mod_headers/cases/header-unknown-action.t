--- conf
Header put X-A b
--- conf error
'put' is no action here
