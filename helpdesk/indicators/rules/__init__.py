"""What the programme's table means: reading it, counting against it, laying it out again. Plain values only.

Words, pages, files and the database do not belong here.
"""
