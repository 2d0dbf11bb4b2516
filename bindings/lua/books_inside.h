/* Price books that were compiled into the module. */
#ifndef FAREGATE_LUA_BOOKS_INSIDE_H
#define FAREGATE_LUA_BOOKS_INSIDE_H

#include "binding.h"

/* The JSON of a book, which lives as long as the module; NULL if it is not inside. */
fg_string lfg_book_inside(fg_string name);

#endif
