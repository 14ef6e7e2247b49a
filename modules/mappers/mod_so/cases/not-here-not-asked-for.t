A line of a module that nobody asks for with LoadModule is an error, as in Apache.

--- conf
IndexOptions FancyIndexing
--- conf error
IndexOptions is provided by mod_autoindex, which this server does not have yet
