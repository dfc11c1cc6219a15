"""The optimiser and the independent checker: pure, no clock, no disk, no network."""
