"""The whole way through the three roads, walked for real: `make journey`."""
