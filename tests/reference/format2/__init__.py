"""An independent reference for price books of format 2: timelines in, answers out.

It is written from the documents alone, shares nothing with the library, and prefers the definition to the fast: every
usage is kept, and an amount is computed from all of them whenever it is asked for. `replay`, `price` and
`price_event` are all of its interface.
"""

from .quote import price, price_event
from .replay import replay

__all__ = ["price", "price_event", "replay"]
