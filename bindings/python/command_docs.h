/* Signature and documentation of each command's method: DOC_NAME for every NAME of FG_COMMAND_LIST. */
#ifndef FAREGATE_PYTHON_COMMAND_DOCS_H
#define FAREGATE_PYTHON_COMMAND_DOCS_H

#define DOC_OPEN                                                                                                       \
  "open($self, /, product, *, at=None)\n--\n\n"                                                                        \
  "Open a product, so that it can be used (R33); free grants due at opening or this month are issued (R1, R2).\n\n"    \
  "Answers grants: each with id, units, left, expires. Raises UnknownProduct, AlreadyOpen."

#define DOC_CLOSE                                                                                                      \
  "close($self, /, product, *, at=None)\n--\n\n"                                                                       \
  "Close a product: its calls stop; grants, packs and their validity stay as they are (R33).\n\n"                      \
  "Raises UnknownProduct, NotOpen."

#define DOC_CLAIM                                                                                                      \
  "claim($self, /, product, grant, *, at=None)\n--\n\n"                                                                \
  "Claim a free grant that is claimed by hand, once (R3).\n\n"                                                         \
  "Answers grants, as open does. Raises UnknownProduct, UnknownGrant, NotOpen, AlreadyClaimed."

#define DOC_SET_MODE                                                                                                   \
  "set_mode($self, /, product, mode, *, at=None)\n--\n\n"                                                              \
  "Choose how a product is billed: by its usage meter, or by the capacity bought (R17).\n\n"                           \
  "Answers mode, the one in force. Raises UnknownProduct, UnknownMode, NotOpen, ModeLocked (R24)."

#define DOC_BUY_PACK                                                                                                   \
  "buy_pack($self, /, product, pack, *, quantity=None, id=None, pay=None, campaign=None, at=None)\n--\n\n"             \
  "Buy packs of prepaid units, all of one order with one id (R6).\n\n"                                                 \
  "quantity  packs, 1 to 2**63-1; 1 if None\n"                                                                         \
  "id        of the order; made up if None\n"                                                                          \
  "pay       funds and amounts that add up to the price; gift, income, cash in that order if None (R34)\n"             \
  "campaign  {\"price\": of one pack, \"refundable\": bool}, both optional (R30)\n\n"                                  \
  "Answers id, amount, paid (by fund), units, expires. Raises UnknownProduct, UnknownPack, IdConflict,\n"              \
  "PaymentMismatch, InsufficientFunds, Overflow."

#define DOC_GIVE_PACK                                                                                                  \
  "give_pack($self, /, product, pack, *, quantity=None, id=None, at=None)\n--\n\n"                                     \
  "Put packs on the account that cost nothing, and are not refunded (R30).\n\n"                                        \
  "quantity  packs, 1 to 2**63-1; 1 if None\n\n"                                                                       \
  "Answers id, units, expires. Raises UnknownProduct, UnknownPack, IdConflict, Overflow."

#define DOC_BUY_CAPACITY                                                                                               \
  "buy_capacity($self, /, product, meter, quantity, *, days=None, months=None, start=None, id=None, pay=None, "        \
  "at=None)\n--\n\n"                                                                                                   \
  "Buy a rate or concurrent slots for a period, in which calls are free (R17 to R21).\n\n"                             \
  "meter         \"qps\", \"concurrency\"\n"                                                                           \
  "quantity      of the meter, 1 to 2**63-1\n"                                                                         \
  "days, months  1 to 2**63-1, exactly one of them: civil days, first and last counted, or months (R19)\n"             \
  "start         a later civil date; the instant of purchase if None\n"                                                \
  "pay           as in buy_pack\n\n"                                                                                   \
  "Answers id, amount, paid (by fund), from_ (the key is \"from\"), until. Raises UnknownProduct, UnknownMeter,\n"     \
  "NotSold, StartInPast, CapacityLimit, IdConflict, PaymentMismatch, InsufficientFunds, Overflow."

#define DOC_USE                                                                                                        \
  "use($self, /, product, quantity, *, id=None, billable=True, at=None)\n--\n\n"                                       \
  "Record usage: free grants cover it first, then packs, then the month's bill (R7, R11).\n\n"                         \
  "quantity  units of the usage meter, 0 to 2**63-1\n"                                                                 \
  "billable  False for calls that the vendor does not count\n\n"                                                       \
  "Answers a Used: free, packs, postpaid, unbilled. Raises UnknownProduct, NotOpen, Violation, Suspended,\n"           \
  "NoCapacity, IdConflict, Overflow."

#define DOC_CALL                                                                                                       \
  "call($self, /, product, id=None, *, quantity=None, owner=None, timeout_ms=None, at=None)\n--\n\n"                   \
  "Ask whether a call may go out now, and if so take its units and its place at once.\n\n"                             \
  "id          of the call, for commit, cancel and resume: one id is one attempt, free again once it is canceled;\n"   \
  "            made up if None\n"                                                                                      \
  "quantity    units, 1 to 2**63-1; 1 if None\n"                                                                       \
  "owner       who holds it, for people\n"                                                                             \
  "timeout_ms  milliseconds after which its slot is free again; no end if None\n\n"                                    \
  "Answers a Call: with account.call(...) as call commits it on the way out. On an exception it stays used, and is\n"  \
  "listed by uncertain. Raises, never waits: InFlight, AlreadyFinished, IdConflict, IdReserved, UnknownProduct,\n"     \
  "NotOpen, Violation, Suspended, NoCapacity, ConcurrencyLimited, RateLimited (with retry_after), BudgetExceeded,\n"   \
  "Overflow, ClockSuspect."

#define DOC_COMMIT                                                                                                     \
  "commit($self, /, id, *, quantity=None, ref=None, at=None)\n--\n\n"                                                  \
  "A call went out: its slot is free again, its units stay taken.\n\n"                                                 \
  "quantity  units it came to, 0 to 2**63-1; as many as were held if None\n"                                           \
  "ref       the vendor's own receipt, at most 64 bytes\n\n"                                                           \
  "Answers, with a quantity, returned and lost (units), and extra where it is above what was held.\n"                  \
  "Raises UnknownId, AlreadyFinished, Overflow."

#define DOC_CANCEL                                                                                                     \
  "cancel($self, /, id, *, at=None)\n--\n\n"                                                                           \
  "A call did not go out: its units go back to where they came from, as far as they can.\n\n"                          \
  "Answers returned, lost (units). Raises UnknownId, AlreadyFinished."

#define DOC_ADJUST                                                                                                     \
  "adjust($self, /, product, quantity, reason, *, id=None, at=None)\n--\n\n"                                           \
  "Correct what was recorded in the product's current period.\n\n"                                                     \
  "quantity  units, not 0; below 0 to take them off, postpaid ones first\n"                                            \
  "reason    text for people, at most 200 bytes, which the invoice lists\n"                                            \
  "id        makes it safe to repeat\n\n"                                                                              \
  "Answers free, packs, postpaid, unbilled, and lost where units are taken off. Raises UnknownProduct, NotOpen,\n"     \
  "AdjustUnderflow, IdConflict, IdReserved, Overflow."

#define DOC_SET_BUDGET                                                                                                 \
  "set_budget($self, /, *, day=..., month=..., at=None)\n--\n\n"                                                       \
  "Cap what postpaid usage may cost: the host's own rule, not the vendor's. Calls past it raise BudgetExceeded.\n\n"   \
  "day, month  amounts for a civil day and a calendar month; None lifts a cap, Ellipsis leaves it as it is"

#define DOC_ADD_MATERIALS                                                                                              \
  "add_materials($self, /, product, quantity, *, id=None, at=None)\n--\n\n"                                            \
  "Hold more materials (R25).\n\n"                                                                                     \
  "quantity  materials, 1 to 2**63-1\n"                                                                                \
  "id        makes it safe to repeat\n\n"                                                                              \
  "Answers held, limit. Raises UnknownProduct, NotOpen, MaterialLimit, IdConflict, IdReserved."

#define DOC_REMOVE_MATERIALS                                                                                           \
  "remove_materials($self, /, product, quantity, *, id=None, at=None)\n--\n\n"                                         \
  "Delete materials, which frees their places (R25).\n\n"                                                              \
  "quantity  materials, 1 to 2**63-1\n"                                                                                \
  "id        makes it safe to repeat\n\n"                                                                              \
  "Answers held, limit. Raises UnknownProduct, NotOpen, MaterialUnderflow, IdConflict, IdReserved."

#define DOC_TOP_UP                                                                                                     \
  "top_up($self, /, amount, *, fund=None, id=None, at=None)\n--\n\n"                                                   \
  "Put money into the wallet; it can end arrears and a suspension (R27, R34).\n\n"                                     \
  "amount  in the book's currency, above 0\n"                                                                          \
  "fund    \"cash\" (if None), \"income\", \"gift\" or \"voucher\"\n"                                                  \
  "id      makes it safe to repeat\n\n"                                                                                \
  "Answers balance, None with unlimited funds. Raises IdConflict, IdReserved, Overflow."

#define DOC_WITHDRAW                                                                                                   \
  "withdraw($self, /, amount, *, id=None, at=None)\n--\n\n"                                                            \
  "Pay cash out, never more than there is nor than the balance (R38).\n\n"                                             \
  "amount  in the book's currency, above 0\n"                                                                          \
  "id      makes it safe to repeat\n\n"                                                                                \
  "Answers balance, None with unlimited funds. Raises Violation, InsufficientFunds, IdConflict, IdReserved."

#define DOC_REFUND                                                                                                     \
  "refund($self, /, id, *, at=None)\n--\n\n"                                                                           \
  "Give an order back (R29 to R32).\n\n"                                                                               \
  "id  of a buy_pack or buy_capacity\n\n"                                                                              \
  "Answers amount, to (by fund), forfeited (vouchers). Raises UnknownId, Violation, NotOpen, NotPaid,\n"               \
  "AlreadyRefunded, CampaignFinal, PackUsed, MaterialInUse, RefundWindow, CapacityBegun."

#define DOC_SUSPEND                                                                                                    \
  "suspend($self, /, *, at=None)\n--\n\n"                                                                              \
  "Stop all calls for a violation of the terms (R35)."

#define DOC_REINSTATE                                                                                                  \
  "reinstate($self, /, *, at=None)\n--\n\n"                                                                            \
  "End the stop for a violation (R35)."

#define DOC_ANNOUNCE                                                                                                   \
  "announce($self, /, product, grant, quantity, effective, *, at=None)\n--\n\n"                                        \
  "Announce another quantity of a free grant, for those issued from a later date on (R5).\n\n"                         \
  "quantity   units, 0 to 2**63-1; 0 ends the grant\n"                                                                 \
  "effective  a civil date, far enough after that of `at`\n\n"                                                         \
  "Raises UnknownProduct, UnknownGrant, NoticeTooShort."

#define DOC_PREVIEW                                                                                                    \
  "preview($self, /, *, product=None, at=None)\n--\n\n"                                                                \
  "The invoice as it would stand if the month ended now; it changes nothing (R14).\n\n"                                \
  "product  this product's line alone; all if None\n"                                                                  \
  "at       the account's `now` if None. A later one lets pass what is due until then, for good, and in a ledger\n"    \
  "         durably: ask a fork, or a handle that is read_only\n\n"                                                    \
  "Answers the invoice: month, issued (None), lines, total, balance_after. Raises UnknownProduct, Overflow."

#define DOC_STATEMENT                                                                                                  \
  "statement($self, /, *, at=None)\n--\n\n"                                                                            \
  "The account in full: at, currency, state, wallet, products, invoices, spent. It changes nothing.\n\n"               \
  "at  the account's `now` if None; a later one lets pass what is due until then, as for preview"

#define DOC_ADVANCE                                                                                                    \
  "advance($self, /, *, at=None)\n--\n\n"                                                                              \
  "Let happen what is due until `at`: expiries, settlements, suspension, free grants."

#endif
