"""How dear a password is to whoever steals its hash."""

import subprocess
import sys

SOURCE = """
from helpdesk.accounts.service.passwords import hashed
print(hashed("correct horse battery"))
"""


def test_a_password_is_hashed_with_argon2id_and_much_memory() -> None:
    """In a process of its own, since the tests sign in with a cheaper one."""
    printed = subprocess.run([sys.executable, "-c", SOURCE], check=True, capture_output=True, text=True).stdout
    assert printed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
