"""What a platform team does to its standard: look it over, begin new parts, write its pages."""
