/* Generated from core/src/state/commands.def by `make generated`, not to be edited: signature and documentation of
   each command's method.

   COMMAND_DOC(NAME, name, documentation) */
/* clang-format off */
COMMAND_DOC(OPEN, "open",
            "open($self, /, product, *, at=None)\n"
            "--\n"
            "\n"
            "Open a product, so that it can be used (R33); free grants due at opening or this month are issued (R1,\n"
            "R2, R4).\n"
            "\n"
            "Answers grants (those issued, each with id, units, left, expires). Raises UnknownProduct, AlreadyOpen.")
COMMAND_DOC(CLOSE, "close",
            "close($self, /, product, *, at=None)\n"
            "--\n"
            "\n"
            "Close a product: its calls stop; grants, packs and their validity stay as they are (R33).\n"
            "\n"
            "Raises UnknownProduct, NotOpen.")
COMMAND_DOC(CLAIM, "claim",
            "claim($self, /, product, grant, *, at=None)\n"
            "--\n"
            "\n"
            "Claim a free grant that is claimed by hand, once (R3).\n"
            "\n"
            "Answers grants (those issued, each with id, units, left, expires). Raises UnknownProduct, UnknownGrant,\n"
            "NotOpen, AlreadyClaimed.")
COMMAND_DOC(SET_MODE, "set_mode",
            "set_mode($self, /, product, mode, *, at=None)\n"
            "--\n"
            "\n"
            "Choose how a product is billed: by its usage meter, or by the capacity bought (R17, R24).\n"
            "\n"
            "Answers mode (the one in force). Raises UnknownProduct, UnknownMode, NotOpen, ModeLocked.")
COMMAND_DOC(BUY_PACK, "buy_pack",
            "buy_pack($self, /, product, pack, *, quantity=None, id=None, pay=None, campaign=None, at=None)\n"
            "--\n"
            "\n"
            "Buy packs of prepaid units or of places for materials, all of one order with one id (R6, R8).\n"
            "\n"
            "quantity  packs, 1 to 2**63-1; 1 if None\n"
            "id        of the order; made up if None\n"
            "pay       what each fund pays, which adds up to the price (R34); gift, income, cash in that order if\n"
            "          None\n"
            "campaign  the price of one pack, and whether it is refundable (R30)\n"
            "\n"
            "Answers id (of the order), amount, paid (by fund), units, expires. Raises IdConflict, IdReserved,\n"
            "UnknownProduct, UnknownPack, PaymentMismatch, InsufficientFunds, Overflow.")
COMMAND_DOC(GIVE_PACK, "give_pack",
            "give_pack($self, /, product, pack, *, quantity=None, id=None, at=None)\n"
            "--\n"
            "\n"
            "Put packs on the account that cost nothing, and are not refunded (R30).\n"
            "\n"
            "quantity  packs, 1 to 2**63-1; 1 if None\n"
            "id        of the order; made up if None\n"
            "\n"
            "Answers id (of the order), units, expires. Raises IdConflict, IdReserved, UnknownProduct, UnknownPack,\n"
            "Overflow.")
COMMAND_DOC(BUY_CAPACITY, "buy_capacity",
            "buy_capacity($self, /, product, meter, quantity, *, days=None, months=None, start=None, id=None, pay=None, at=None)\n"
            "--\n"
            "\n"
            "Buy a rate or concurrent slots for a period, in which calls are free (R17 to R21).\n"
            "\n"
            "Exactly one of days and months is given.\n"
            "\n"
            "meter     of the capacity, such as \"qps\" or \"concurrency\"\n"
            "quantity  of the meter, 1 to 2**63-1\n"
            "days      civil days, first and last counted (R19), 1 to 2**63-1\n"
            "months    months from the first date on (R19), 1 to 2**63-1\n"
            "start     a civil date, not before today; the instant of purchase if None\n"
            "id        of the order; made up if None\n"
            "pay       what each fund pays, which adds up to the price (R34); gift, income, cash in that order if\n"
            "          None\n"
            "\n"
            "Answers id (of the order), amount, paid (by fund), from_ (the key is \"from\"; the first instant), until\n"
            "(the first instant after it). Raises IdConflict, IdReserved, UnknownProduct, UnknownMeter, NotSold,\n"
            "StartInPast, CapacityLimit, PaymentMismatch, InsufficientFunds, Overflow.")
COMMAND_DOC(USE, "use",
            "use($self, /, product, quantity, *, id=None, billable=True, at=None)\n"
            "--\n"
            "\n"
            "Record usage: free grants cover it first, then packs, then the month's bill (R7, R11).\n"
            "\n"
            "quantity  units of the usage meter, 0 to 2**63-1\n"
            "id        makes it safe to repeat\n"
            "billable  False for calls that the vendor does not count\n"
            "\n"
            "Answers a Used: free (units covered by free grants), packs (units drawn from each pack, in the order of\n"
            "drawing), postpaid (units left for the month's bill), unbilled (units in a capacity mode, or not\n"
            "billable). Raises IdConflict, IdReserved, UnknownProduct, NotOpen, Violation, Suspended, NoCapacity,\n"
            "NotSold, BudgetExceeded, Overflow.")
COMMAND_DOC(CALL, "call",
            "call($self, /, product, id=None, *, quantity=None, owner=None, timeout_ms=None, at=None)\n"
            "--\n"
            "\n"
            "Ask whether a call may go out now, and if so take its units and its place at once. It never waits.\n"
            "\n"
            "With account.call(...) as call it is committed on the way out. On an exception it stays used, and is\n"
            "listed by uncertain.\n"
            "\n"
            "quantity    units, 1 to 2**63-1; 1 if None\n"
            "id          for commit, cancel and resume: one id is one attempt, free again once it is canceled; made\n"
            "            up if None\n"
            "owner       who holds it, for people\n"
            "timeout_ms  milliseconds after which its slot is free and it is abandoned, 1 to 2**63-1; no end if None\n"
            "\n"
            "Answers a Call: free (units covered by free grants), packs (units drawn from each pack, in the order of\n"
            "drawing), postpaid (units left for the month's bill), unbilled (units in a capacity mode). Raises\n"
            "IdReserved, IdConflict, InFlight, AlreadyFinished, UnknownProduct, NotOpen, Violation, Suspended,\n"
            "NoCapacity, ConcurrencyLimited, RateLimited (with retry_after), NotSold, BudgetExceeded, Overflow.")
COMMAND_DOC(COMMIT, "commit",
            "commit($self, /, id, *, quantity=None, outcome=None, ref=None, at=None)\n"
            "--\n"
            "\n"
            "Say that a call went out: its slot is free again, its units stay taken; or how it went out, as the\n"
            "service says.\n"
            "\n"
            "An outcome that the price book does not bill does what cancel does, and leaves the id free; of one that\n"
            "is unknown the call stays among the uncertain, without its slot, until another ending (R36). Both ignore\n"
            "the quantity.\n"
            "\n"
            "id        of the call\n"
            "quantity  units it came to, 0 to 2**63-1; as many as were held if None\n"
            "outcome   the result code of the service: \"Success\", \"Timeout\" (no answer), or its error code, at most\n"
            "          128 bytes\n"
            "ref       the vendor's own receipt, at most 64 bytes\n"
            "\n"
            "Answers billed (units that the service bills; 0 while that is unknown; with an outcome), returned (units\n"
            "given back to where they came from; with a quantity or an outcome), lost (units that cannot go back:\n"
            "their month is settled or their pack void; with a quantity or an outcome), extra (the rest, as use\n"
            "answers; with a quantity above what was held). Raises UnknownId, AlreadyFinished, Overflow.")
COMMAND_DOC(CANCEL, "cancel",
            "cancel($self, /, id, *, at=None)\n"
            "--\n"
            "\n"
            "Say that a call did not go out: its units go back to where they came from, as far as they can; its place\n"
            "in the rate window does not.\n"
            "\n"
            "id  of the call\n"
            "\n"
            "Answers returned (units given back to where they came from), lost (units that cannot go back: their\n"
            "month is settled or their pack void). Raises UnknownId, AlreadyFinished.")
COMMAND_DOC(ADJUST, "adjust",
            "adjust($self, /, product, quantity, reason, *, id=None, at=None)\n"
            "--\n"
            "\n"
            "Correct what was recorded in the product's current period.\n"
            "\n"
            "quantity  units, not 0; below 0 to take them off, postpaid ones first\n"
            "reason    text for people, which the invoice lists, at most 200 bytes\n"
            "id        makes it safe to repeat\n"
            "\n"
            "Answers free (units of free grants), packs (units drawn from each pack; where units are taken off, how\n"
            "many packs had covered), postpaid (units of the month's bill), unbilled (units in a capacity mode), lost\n"
            "(units that are back in no grant or pack; with a quantity below 0). Raises IdConflict, IdReserved,\n"
            "UnknownProduct, NotOpen, AdjustUnderflow, Overflow.")
COMMAND_DOC(SET_BUDGET, "set_budget",
            "set_budget($self, /, *, day=..., month=..., at=None)\n"
            "--\n"
            "\n"
            "Cap what postpaid usage may cost: the host's own rule, not the vendor's. What would pass a cap is\n"
            "refused, budget_exceeded.\n"
            "\n"
            "day    the cap of a civil day; None lifts the cap, Ellipsis leaves it as it is\n"
            "month  the cap of a calendar month; None lifts the cap, Ellipsis leaves it as it is")
COMMAND_DOC(ADD_MATERIALS, "add_materials",
            "add_materials($self, /, product, quantity, *, id=None, at=None)\n"
            "--\n"
            "\n"
            "Hold more materials (R25).\n"
            "\n"
            "quantity  materials, 1 to 2**63-1\n"
            "id        makes it safe to repeat\n"
            "\n"
            "Answers held, limit. Raises IdConflict, IdReserved, UnknownProduct, NotOpen, MaterialLimit.")
COMMAND_DOC(REMOVE_MATERIALS, "remove_materials",
            "remove_materials($self, /, product, quantity, *, id=None, at=None)\n"
            "--\n"
            "\n"
            "Delete materials, which frees their places (R25).\n"
            "\n"
            "quantity  materials, 1 to 2**63-1\n"
            "id        makes it safe to repeat\n"
            "\n"
            "Answers held, limit. Raises IdConflict, IdReserved, UnknownProduct, NotOpen, MaterialUnderflow.")
COMMAND_DOC(TOP_UP, "top_up",
            "top_up($self, /, amount, *, fund=None, id=None, at=None)\n"
            "--\n"
            "\n"
            "Put money into the wallet; it can end arrears and a suspension (R27, R34).\n"
            "\n"
            "amount  in the book's currency, above 0\n"
            "fund    \"cash\", \"income\", \"gift\" or \"voucher\"; cash if None\n"
            "id      makes it safe to repeat\n"
            "\n"
            "Answers balance (None with unlimited funds). Raises IdConflict, IdReserved, Overflow.")
COMMAND_DOC(WITHDRAW, "withdraw",
            "withdraw($self, /, amount, *, id=None, at=None)\n"
            "--\n"
            "\n"
            "Pay cash out, never more than there is nor than the balance (R38).\n"
            "\n"
            "amount  in the book's currency, above 0\n"
            "id      makes it safe to repeat\n"
            "\n"
            "Answers balance (None with unlimited funds). Raises IdConflict, IdReserved, Violation,\n"
            "InsufficientFunds.")
COMMAND_DOC(REFUND, "refund",
            "refund($self, /, id, *, at=None)\n"
            "--\n"
            "\n"
            "Give an order back (R29 to R32).\n"
            "\n"
            "id  of a buy_pack or buy_capacity\n"
            "\n"
            "Answers amount, to (by fund), forfeited (vouchers, which R31 does not give back). Raises UnknownId,\n"
            "Violation, NotOpen, NotPaid, AlreadyRefunded, CampaignFinal, PackUsed, MaterialInUse, RefundWindow,\n"
            "CapacityBegun.")
COMMAND_DOC(SUSPEND, "suspend",
            "suspend($self, /, *, at=None)\n"
            "--\n"
            "\n"
            "Stop all calls for a violation of the terms (R35).")
COMMAND_DOC(REINSTATE, "reinstate",
            "reinstate($self, /, *, at=None)\n"
            "--\n"
            "\n"
            "End the stop for a violation (R35).")
COMMAND_DOC(ANNOUNCE, "announce",
            "announce($self, /, product, grant, quantity, effective, *, at=None)\n"
            "--\n"
            "\n"
            "Announce another quantity of a free grant, for those issued from a later date on (R5).\n"
            "\n"
            "quantity   units, 0 to 2**63-1; 0 ends the grant\n"
            "effective  a civil date, far enough after that of `at`\n"
            "\n"
            "Raises UnknownProduct, UnknownGrant, NoticeTooShort.")
COMMAND_DOC(PREVIEW, "preview",
            "preview($self, /, *, product=None, at=None)\n"
            "--\n"
            "\n"
            "Tell the invoice as it would stand if the month ended now; it changes nothing (R14).\n"
            "\n"
            "Without `at` it tells of the latest instant the account has seen. A later `at` lets pass what is due\n"
            "until then, for good, and in a ledger durably: ask a fork, or a handle that is read_only.\n"
            "\n"
            "product  its line alone; all if None\n"
            "\n"
            "Answers the invoice: month, issued (none), lines, adjustments, total, balance_after. Raises\n"
            "UnknownProduct, Overflow.")
COMMAND_DOC(STATEMENT, "statement",
            "statement($self, /, *, at=None)\n"
            "--\n"
            "\n"
            "Tell everything about the account; it changes nothing.\n"
            "\n"
            "Without `at` it tells of the latest instant the account has seen. A later `at` lets pass what is due\n"
            "until then, as for preview.\n"
            "\n"
            "Answers the statement: at, currency, state, wallet, products, invoices, spent.")
COMMAND_DOC(ADVANCE, "advance",
            "advance($self, /, *, at=None)\n"
            "--\n"
            "\n"
            "Let happen what is due until `at`: expiries, settlements, suspension, free grants.")
