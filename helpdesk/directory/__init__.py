"""Institutions to which people are sent: what they offer, where, when, in which languages, and when that was last checked."""
