A limit is a number, and a variable one that is known.

--- conf
RLimitCPU soon
CGIVar SCRIPT_NAME current-uri
CGIVar REQUEST_URI the-uri
--- conf error
RLimitCPU takes a number or max, not 'soon'
CGIVar does not know the variable SCRIPT_NAME
CGIVar must be original-uri or current-uri, not 'the-uri'
