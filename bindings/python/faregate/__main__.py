"""python -m faregate"""

import sys

from faregate.cli import main

if __name__ == "__main__":
    sys.exit(main())
