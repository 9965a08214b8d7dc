"""Pages of the reports room, one file a subject."""
