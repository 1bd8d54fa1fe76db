"""Wire formats: news items in XML and JSON, and the step from items to notices."""
