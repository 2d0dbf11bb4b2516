/* Generated from core/src/book/queries.def by `make generated`, not to be edited: the fields of
   tables that ask a price, many prices and a way to pay, for lfg_read_fields;
   attributes go to `room`. */
/* clang-format off */
#define LFG_PRICE_FIELDS(query) \
  {"product", .text = &(query)->product}, \
  {"meter", .text = &(query)->meter}, \
  {"quantity", .quantity = &(query)->quantity}, \
  {"tier_quantity", .quantity = &(query)->tier_quantity}, \
  {"days", .quantity = &(query)->days}, \
  {"months", .quantity = &(query)->months}, \
  {"at", .time = &(query)->at}, \
  {"attributes", .attributes = &(query)->attributes, .room = room},
#define LFG_MANY_PRICES_FIELDS(query) \
  {"product", .text = &(query)->product}, \
  {"meter", .text = &(query)->meter}, \
  {"days", .quantity = &(query)->days}, \
  {"months", .quantity = &(query)->months}, \
  {"at", .time = &(query)->at}, \
  {"attributes", .attributes = &(query)->attributes, .room = room},
#define LFG_WAY_FIELDS(query) \
  {"product", .text = &(query)->product}, \
  {"meter", .text = &(query)->meter}, \
  {"pack", .text = &(query)->pack}, \
  {"packs", .quantity = &(query)->packs}, \
  {"capacity", .quantity = &(query)->capacity}, \
  {"days", .quantity = &(query)->days}, \
  {"months", .quantity = &(query)->months}, \
  {"free", .quantity = &(query)->free}, \
  {"at", .time = &(query)->at}, \
  {"attributes", .attributes = &(query)->attributes, .room = room},
