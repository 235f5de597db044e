"""`python -m standoff`."""

import sys
from contextlib import suppress

from .cli.main import main

if __name__ == "__main__":
    code = main()
    with suppress(OSError):  # main has reported it; Python would report it once more at exit
        sys.stdout.close()
    sys.exit(code)
