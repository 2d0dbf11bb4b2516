/* Groups of commands that one fault, such as an outage, may have hit together: those of one month, day or product, or
   some of them. */
#ifndef FG_RECONCILE_GROUPS_H
#define FG_RECONCILE_GROUPS_H

#include "reconcile.h"

/* Indexes of commands, rising; they lie in the arena. */
typedef struct fg_group_list {
  uint32_t *items;
  uint32_t count, room;
} fg_group_list;

fg_status fg_group_append(fg_reconciliation *run, fg_group_list *list, uint32_t place);

/* Adds a cause with these members, which must stay where they are, unless a cause of its kind has the same ones. */
fg_status fg_group_cause(fg_reconciliation *run, const fg_cause *cause, const uint32_t *members, uint32_t count);

/* Adds causes that are like one, for parts of a list: those of one product, month, month and product, day, day and
   product; the earliest of a month and product; and each command alone, once for those that look the same. */
fg_status fg_groups_add(fg_reconciliation *run, const fg_cause *like, const fg_group_list *list);

fg_month fg_lived_month(const fg_reconciliation *run, uint32_t place);

#endif
