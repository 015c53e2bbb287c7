"""People who sign in: their memberships of desks, roles, professions, second factors. Knows nothing of what they do there."""
