"""Real data sets through all three roads, with no file edited by hand: `make roads`."""
