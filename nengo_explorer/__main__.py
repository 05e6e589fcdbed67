"""``python -m nengo_explorer``, the same as the command ``nengo-explorer``."""

import sys

from nengo_explorer.cli import main

sys.exit(main())
