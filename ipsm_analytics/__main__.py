"""python -m ipsm_analytics."""

import sys

from ipsm_analytics.cli import main

sys.exit(main())
