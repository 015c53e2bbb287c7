"""Who is on duty, when and as what. A duty is a row with an identity; calls, rooms and pay follow from it."""
