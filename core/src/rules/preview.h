/* The invoice that the open periods would have now. */
#ifndef FG_PREVIEW_H
#define FG_PREVIEW_H

#include "invoice.h"
#include "trial.h"

/* Makes a preview in account->preview of the products that `only` names (invoice.h); with a trial, as if that were used
   now. Nothing else changes. The statuses of fg_trial_use; FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_preview(fg_account *account, int only, const fg_trial *trial);

/* Whether a preview includes a product. */
bool fg_preview_has(const fg_book *book, int only, uint32_t product);

#endif
