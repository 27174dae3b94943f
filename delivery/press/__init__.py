"""PDFs drawn in child processes that may die or hang; `delivery/pdf.py` is its door."""
