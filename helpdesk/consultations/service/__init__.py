"""Use cases of contacts and advices, one file per noun."""
