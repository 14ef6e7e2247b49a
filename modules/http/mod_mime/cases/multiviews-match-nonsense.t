MultiviewsMatch takes no word twice that stands alone.

--- conf
MultiviewsMatch Any Handlers
--- conf error
MultiviewsMatch cannot be Any Handlers
