"""Desks: one line, point or office run by one controller, with its languages and phone lines."""
