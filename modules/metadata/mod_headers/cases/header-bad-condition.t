--- conf
Header set X-A b maybe
--- conf error
'maybe' is neither 'early' nor a condition
