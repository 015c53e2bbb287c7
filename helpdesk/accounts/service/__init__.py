"""What can be done with accounts: passwords, attempts, second factors, passkeys, and the people of a desk."""
