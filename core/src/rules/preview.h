/* The invoice of the open periods as it stands. */
#ifndef FG_PREVIEW_H
#define FG_PREVIEW_H

#include "invoice.h"

/* Makes it in account->preview, of what `only` says (invoice.h). Changes nothing else. */
fg_status fg_preview(fg_account *account, int only);

/* Whether a product is one of those that a preview is of. */
bool fg_preview_has(const fg_book *book, int only, uint32_t product);

#endif
