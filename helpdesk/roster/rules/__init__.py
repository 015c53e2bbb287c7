"""What is decided about duties: plain values in, a decision out. No clock, no database and no request belongs here."""
