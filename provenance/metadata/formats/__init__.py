"""One file format each: find its metadata blocks, put new ones in their place."""
