"""The product against an independent calculation over a whole history."""
