"""What is decided about a call. No provider, no database and no clock belongs here."""
