"""What a contact and an advice are, who may read which note, what two people editing one sheet keep, and what must be there to close."""
