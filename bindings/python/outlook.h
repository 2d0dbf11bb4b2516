/* Questions about what is to come and what wants attention. */
#ifndef FAREGATE_PYTHON_OUTLOOK_H
#define FAREGATE_PYTHON_OUTLOOK_H

#include "account.h"
#include "faregate_outlook.h"

PyObject *pfg_account_upcoming(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *pfg_account_notices(PyObject *self, PyObject *args, PyObject *keywords);

#define PFG_OUTLOOK_METHODS                                                                                               \
  {"upcoming", (PyCFunction)(void (*)(void))pfg_account_upcoming, METH_VARARGS | METH_KEYWORDS,                           \
   "upcoming($self, /, until=None)\n--\n\n"                                                                               \
   "What will happen by itself if nothing more is used, bought or paid: from, events, until, complete. An event has\n"    \
   "at, kind, product, id, units, amount, rule, None where its kind has none:\n\n"                                        \
   "grant_expires, pack_expires     units: what is left, and is lost\n"                                                   \
   "capacity_begins, capacity_ends  units: of the order; also meter, and mode and limit from then on (R23, R24)\n"        \
   "settlement                      amount: of the usage so far; also month, balance_after\n"                             \
   "suspension                      amount: what the balance lacks (R26)\n"                                               \
   "grant_issued                    units: of the free grant\n"                                                           \
   "budget_day, budget_month        amount: what was used of the budget, which begins anew\n\n"                           \
   "until  how far to look, from `now` on; 31 days if None. Ten years at most: `until` of the\n"                          \
   "       answer says how far it came, `complete` whether that is as far as was asked.\n\n"                              \
   "Raises TimeReversal, Invalid, InvalidType."},                                                                         \
  {                                                                                                                       \
    "notices", (PyCFunction)(void (*)(void))pfg_account_notices, METH_VARARGS | METH_KEYWORDS,                            \
        "notices($self, /, *, pack_share=None, pack_days=None, budget_share=None)\n--\n\n"                                \
        "What wants the attention of whoever keeps the account, as it stands. A notice has code, message (a sentence),\n" \
        "product, id, units, of, amount, limit, at, rule, None where its code has none:\n\n"                              \
        "packs_low        units of the packs that can be drawn on are left, of so many\n"                                 \
        "packs_used_up    no pack of the product that is in time has units left\n"                                        \
        "pack_ending      units of pack `id` are lost at `at`\n"                                                          \
        "postpaid_begun   units of the month are postpaid, for `amount` so far\n"                                         \
        "budget_used      amount of `limit` is used; `id` is \"day\" or \"month\"\n"                                      \
        "arrears          amount is what the balance lacks; the service is suspended at `at`\n"                           \
        "suspended        amount is what the balance lacks; in arrears since `at`\n"                                      \
        "violation        the account is stopped until it is reinstated\n"                                                \
        "calls_abandoned  units in `of` calls past their time, the oldest of which, `id`, began at `at`\n"                \
        "calls_uncertain  the same of calls that nobody has in hand, before their time is over\n"                         \
        "clock_suspect    the clock shows `at`: commands without an instant are refused\n\n"                              \
        "pack_share    percent: less than so much is left in a product's packs; 10 if None\n"                             \
        "pack_days     a pack is void within so many days; 30 if None\n"                                                  \
        "budget_share  percent: at least so much of a budget is used; 80 if None\n\n"                                     \
        "Raises Invalid, InvalidType."                                                                                    \
  }

#endif
