"""The bank desk: what its pages read, show and ask."""
