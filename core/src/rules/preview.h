/* The invoice that the open periods would have now. */
#ifndef FG_PREVIEW_H
#define FG_PREVIEW_H

#include "invoice.h"

/* Makes a preview in account->preview of the products that `only` names (invoice.h). Nothing else changes. */
fg_status fg_preview(fg_account *account, int only);

/* Whether a preview includes a product. */
bool fg_preview_has(const fg_book *book, int only, uint32_t product);

#endif
