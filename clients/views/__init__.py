"""Pages of clients and of the company."""
