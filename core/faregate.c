/* The whole core in one translation unit: compile this file, include <faregate.h>. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* for the clocks of the system */
#endif

/* What other headers declare stays visible, so they come first. What the library declares is hidden from whoever loads the
   binary that this becomes part of, but for what FG_API marks as visible (faregate_base.h). */
#include <assert.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

#include "src/base/base.c"
#include "src/base/status.c"
#include "src/base/digest.c"
#include "src/base/money.c"
#include "src/base/civil.c"
#include "src/base/clock.c"
#include "src/account/system_clock.c"
#include "src/state/call_names.c"
#include "src/book/policy.c"
#include "src/book/price.c"
#include "src/book/price_volume.c"
#include "src/book/price_graduated.c"
#include "src/book/price_stairstep.c"
#include "src/book/book.c"
#include "src/book/terms.c"
#include "src/json/parse.c"
#include "src/json/read.c"
#include "src/json/scan.c"
#include "src/json/write.c"
#include "src/book/policy_json.c"
#include "src/book/book_fields.c"
#include "src/book/read_schedule.c"
#include "src/book/read_product.c"
#include "src/book/book_json.c"
#include "src/book/book_describe.c"
#include "src/book/explain.c"
#include "src/book/quote.c"
#include "src/state/command.c"
#include "src/state/log.c"
#include "src/state/index.c"
#include "src/state/history.c"
#include "src/state/state.c"
#include "src/state/record.c"
#include "src/rules/grants.c"
#include "src/rules/capacity.c"
#include "src/rules/mode.c"
#include "src/rules/undo.c"
#include "src/rules/wallet.c"
#include "src/rules/usage.c"
#include "src/rules/limiter.c"
#include "src/rules/holds.c"
#include "src/rules/settlement.c"
#include "src/rules/budget.c"
#include "src/rules/issue.c"
#include "src/rules/arrears.c"
#include "src/rules/due.c"
#include "src/bulk/integer_column.c"
#include "src/book/price_table.c"
#include "src/book/price_lanes.c"
#include "src/bulk/price_columns.c"
#include "src/rules/orders.c"
#include "src/rules/refund.c"
#include "src/rules/materials.c"
#include "src/rules/service.c"
#include "src/rules/adjust.c"
#include "src/account/perform.c"
#include "src/account/account.c"
#include "src/rules/transaction.c"
#include "src/state/past.c"
#include "src/rules/gate.c"
#include "src/account/idempotency.c"
#include "src/account/admission.c"
#include "src/account/describe.c"
#include "src/account/upcoming.c"
#include "src/account/notices.c"
#include "src/account/snapshot_check.c"
#include "src/account/snapshot.c"
#include "src/account/soundness.c"
#include "src/account/handle.c"
#include "src/state/command_json.c"
#include "src/account/account_json.c"
#include "src/bulk/text_column.c"
#include "src/bulk/event_rows.c"
#include "src/bulk/biller.c"
#include "src/account/timeline.c"
#include "src/whatif/curve.c"
#include "src/whatif/break_even.c"
#include "src/whatif/trials.c"
#include "src/whatif/plan_bill.c"
#include "src/whatif/plan_cover.c"
#include "src/whatif/plan_offers.c"
#include "src/whatif/plan_capacity.c"
#include "src/whatif/plan_carry.c"
#include "src/whatif/plan_bound.c"
#include "src/whatif/cheapest_spells.c"
#include "src/whatif/cheapest_labels.c"
#include "src/whatif/naive_plans.c"
#include "src/whatif/given_orders.c"
#include "src/whatif/play.c"
#include "src/whatif/forecast.c"
#include "src/whatif/plan.c"

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
