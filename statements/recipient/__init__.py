"""The page of a document's recipient: what is due, paying it, answering."""
