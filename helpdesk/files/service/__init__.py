"""Keeping a file, reading it, and letting it go."""

from helpdesk.files.service.keeping import Reading, forget, keep, names_of, read

__all__ = ["Reading", "forget", "keep", "names_of", "read"]
