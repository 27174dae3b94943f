"""What Relance costs: CPU seconds, queries and ratios, measured in one run."""
