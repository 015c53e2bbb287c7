"""Places, rooms and what they are used for; keeps those who were hurt and those who hurt apart. Duties and sessions point here."""
