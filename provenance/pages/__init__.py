"""Pages: the captions that a published page shows, and the pictures they belong to."""
