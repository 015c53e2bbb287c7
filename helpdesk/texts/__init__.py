"""Sentences that matter: what a desk answers again and again, and whether a native speaker has looked at what we say in their language."""
