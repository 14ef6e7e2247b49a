DirectoryIndexRedirect is a word or a status of a redirect.

--- conf
DirectoryIndexRedirect 404
--- conf error
DirectoryIndexRedirect cannot be '404'
