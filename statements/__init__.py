"""The account of a client over a period."""
