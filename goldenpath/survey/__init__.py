"""One run over a fleet: assess each repo, gather what was found."""
