"""One module for each concern: what was seen of a server into what is wrong with it."""
