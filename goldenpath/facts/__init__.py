"""What a snapshot says of its stack."""
