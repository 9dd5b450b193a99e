"""Read-only views of a repo."""
