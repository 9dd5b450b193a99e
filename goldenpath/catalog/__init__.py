"""Blueprints: found, composed, rendered and made into repos."""
