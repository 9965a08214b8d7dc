"""Pages of the progress room, one file a subject."""
