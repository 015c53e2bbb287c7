"""What the programme did besides talking: a register for each kind of it. Whom an indicator counts is no business of theirs."""
