/* What a program needs of the core that asks for prices alone, or lets calls through a gate as well (GATE):
   tools/sizes.sh measures it. */
#include <faregate.h>

static const fg_visitor nobody;

int main(int count, char **words) {
  fg_book *book = NULL;
  fg_price_query query = {.quantity = count, .tier_quantity = -1};
  fg_status status = fg_book_load(words[0], (size_t)count, NULL, &book, NULL);
  if (status == FG_OK) {
    status = fg_book_price(book, &query, &nobody, NULL);
  }
#ifdef GATE
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  fg_command command;
  fg_pass pass;
  fg_command_begin(&command, FG_DO_CALL, FG_NO_TIME);
  if (fg_account_new(book, NULL, &account, NULL) == FG_OK && fg_handle_new(account, NULL, &handle, NULL) == FG_OK &&
      fg_handle_call(handle, &command, &pass, NULL, NULL) == FG_OK) {
    status = fg_pass_end(&pass, &command, NULL, NULL);
  }
#endif
  return (int)status;
}
