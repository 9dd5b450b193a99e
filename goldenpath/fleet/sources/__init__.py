"""One file a source of repos."""
