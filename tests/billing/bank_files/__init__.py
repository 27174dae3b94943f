"""Bank files written for the tests, in the dialects of several banks."""
