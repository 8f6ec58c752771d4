"""`python -m symlstm`."""

import sys

from symlstm.cli.main import main

sys.exit(main())
