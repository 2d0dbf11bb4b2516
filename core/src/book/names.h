/* Refuses a name that a book does not have, in favour of those that it has. */
#ifndef FG_NAMES_H
#define FG_NAMES_H

#include "../base/known_names.h"
#include "book.h"

/* What may stand where a product is named. */
typedef enum fg_nameable { FG_PRODUCT_ALONE, FG_PRODUCT_OR_EVENT, FG_PRODUCT_OR_POOL } fg_nameable;

/* FG_UNKNOWN_PRODUCT, FG_UNKNOWN_PACK and FG_UNKNOWN_METER, at a path. */
fg_status fg_no_such_product(const fg_book *book, fg_nameable meant, fg_string given, const char *path,
                             fg_error *error);
/* `of_usage`: packs of materials are not meant. */
fg_status fg_no_such_pack(const fg_product *product, fg_string given, bool of_usage, const char *path, fg_error *error);
fg_status fg_no_such_meter(const fg_book *book, const fg_product *product, fg_string given, const char *path,
                           fg_error *error);

#endif
