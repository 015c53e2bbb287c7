"""Tables, sessions, the wall between desks, sealed columns, jobs. Knows no domain and no request."""
