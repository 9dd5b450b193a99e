"""Globs over paths, as policies know them."""

from goldenpath._globs import compiled, ending, is_literal, matches, start

__all__ = ["compiled", "ending", "is_literal", "matches", "start"]
