"""Bank files as data: readers of every format, proof of balances, keys."""
