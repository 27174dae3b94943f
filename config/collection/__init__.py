"""The collection file: what a lawyer or a collector asks for, in one ZIP."""
