"""The repos that are looked at together, and where they come from."""
