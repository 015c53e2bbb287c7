"""The shared HTTP layer: access, identity, sessions, words, forms, errors, live screens, security. Knows no domain."""
