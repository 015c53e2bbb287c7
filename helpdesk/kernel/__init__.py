"""Shared words, in pure Python. Nothing here knows the web, the database or a provider."""
