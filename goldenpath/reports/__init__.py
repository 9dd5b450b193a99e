"""What a survey looks like to its readers."""
