"""Policies: what they are, how they are loaded, judged and waived."""
