"""`make check`: every check there is, the quickest first; all of them run, and the last line says whether all passed."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("formatter", ("ruff", "format", "--check", ".")),
    ("linter", ("ruff", "check", ".")),
    ("templates", ("djlint", "helpdesk", "--check", "--lint")),
    ("import contracts", ("lint-imports",)),
    ("catalogs", ("python", "scripts/words.py", "--check")),
    ("types", ("mypy",)),
    ("migrations", ("pytest", "-q", "-p", "no:playwright", "tests/house/test_migrations.py")),
)


def main() -> int:
    failed = []
    for name, (program, *arguments) in CHECKS:
        begun = time.monotonic()
        done = subprocess.run([str(BIN / program), *arguments], check=False, text=True, capture_output=True)
        print(f"{'passed' if done.returncode == 0 else 'FAILED'}  {name}  {time.monotonic() - begun:.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
