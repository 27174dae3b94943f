"""Who is reminded, how firmly, and why not the others."""
