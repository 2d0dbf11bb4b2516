/* Groups of commands that one fault may have hit together, such as an outage: those of one month, day or product, or
   some of these. */
#ifndef FG_RECONCILE_GROUPS_H
#define FG_RECONCILE_GROUPS_H

#include "reconcile.h"

/* Places of commands, rising, in the arena. */
typedef struct fg_group_list {
  uint32_t *items;
  uint32_t count, room;
} fg_group_list;

fg_status fg_group_append(fg_reconciliation *run, fg_group_list *list, uint32_t place);

/* Adds a cause of members, which stay where they are, unless there is one of its kind with the same. */
fg_status fg_group_cause(fg_reconciliation *run, const fg_cause *cause, const uint32_t *members, uint32_t count);

/* Adds causes like one, of parts of a list: those of one product, month, month and product, day, day and product; some
   of one month and product, the earliest; and each alone, those that are alike once. */
fg_status fg_groups_add(fg_reconciliation *run, const fg_cause *like, const fg_group_list *list);

fg_month fg_lived_month(const fg_reconciliation *run, uint32_t place);

#endif
