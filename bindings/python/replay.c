/* Replays whole timelines, and reconciles them with an invoice: bytes in, bytes out, with the GIL released in
   between. */
#include "binding.h"
#include "faregate_whatif.h"

/* Finds a shipped book by its name: None if there is none, NULL with an exception. */
static PyObject *shipped_book(fg_string name) {
  PyObject *module = PyImport_ImportModule("faregate._documents");
  PyObject *book = module == NULL
                       ? NULL
                       : PyObject_CallMethod(module, "shipped_book", "s#", name.text, (Py_ssize_t)name.length);
  Py_XDECREF(module);
  return book;
}

/* Refuses a name of a book. Not all names of books would fit into the message, and this name ends it, so that a long
   one is cut off there. */
static fg_status not_shipped(fg_string name, fg_error *error) {
  int shown = name.length < sizeof error->message ? (int)name.length : (int)sizeof error->message;
  return fg_fail(error, FG_UNKNOWN_BOOK, "", "faregate.shipped_books() has no price book named %.*s", shown, name.text);
}

static fg_status find_with_python(fg_string name, fg_book **found, fg_error *error) {
  PyObject *book = shipped_book(name);
  if (book == NULL) { /* the exception is raised unchanged when the replay returns */
    return fg_fail(error, FG_STOPPED, "", "the shipped price book cannot be read");
  }
  bool is_shipped = book != Py_None;
  if (is_shipped) {
    *found = fg_book_retain(pfg_book_of(book));
  }
  Py_DECREF(book);
  return is_shipped ? FG_OK : not_shipped(name, error);
}

fg_status pfg_find_book(void *context, fg_string name, fg_book **book, fg_error *error) {
  PyThreadState **thread = context;
  PyEval_RestoreThread(*thread);
  fg_status status = find_with_python(name, book, error);
  *thread = PyEval_SaveThread();
  return status;
}

/* Reads a document that is a str or UTF-8 bytes; the text is borrowed from it. False with an exception. */
static bool read_json(pfg_state *state, const char *name, PyObject *text, fg_string *json) {
  if (PyBytes_Check(text)) {
    *json = (fg_string){PyBytes_AsString(text), (size_t)PyBytes_Size(text)};
    return true;
  }
  if (PyUnicode_Check(text)) {
    return pfg_read_text(state, "", text, json);
  }
  pfg_raise_type(state, name, "a str or bytes", text);
  return false;
}

/* Turns an answer into bytes and releases it. A failure raises its exception, unless a callback has raised one
   before. */
static PyObject *bytes_of(pfg_state *state, fg_status status, fg_text *answer, const fg_error *error) {
  if (status != FG_OK) {
    return PyErr_Occurred() ? NULL : pfg_raise(state, error);
  }
  PyObject *bytes = PyErr_Occurred() ? NULL : PyBytes_FromStringAndSize(answer->text, (Py_ssize_t)answer->length);
  fg_text_release(answer);
  return bytes;
}

PyObject *pfg_replay_json(PyObject *module, PyObject *text) {
  pfg_state *state = PyModule_GetState(module);
  fg_string json;
  fg_text answer;
  fg_error error;
  PyThreadState *thread;
  fg_listener listener;
  const fg_book_source source = {pfg_find_book, &thread};
  if (!read_json(state, "timeline", text, &json) || !pfg_listens(&thread, &listener)) {
    return NULL;
  }
  thread = PyEval_SaveThread();
  fg_status status = fg_replay(json.text, json.length, &source, NULL, &listener, &answer, &error);
  PyEval_RestoreThread(thread);
  return bytes_of(state, status, &answer, &error);
}

/* A caller that is told how far a search is, on its own thread, which has released the GIL. */
typedef struct search_listener {
  PyThreadState *thread;
  PyObject *heard; ///< a function of seconds, replays and explanations, or None
} search_listener;

static bool hear_search(void *context, const fg_reconcile_progress *progress) {
  search_listener *to = context;
  PyEval_RestoreThread(to->thread);
  bool goes_on = PyErr_CheckSignals() == 0;
  if (goes_on && to->heard != Py_None) {
    PyObject *answer = PyObject_CallFunction(to->heard, "dLL", (double)progress->elapsed_us / 1e6,
                                             (long long)progress->tried, (long long)progress->found);
    goes_on = answer != NULL;
    Py_XDECREF(answer);
  }
  to->thread = PyEval_SaveThread();
  return goes_on;
}

PyObject *pfg_reconcile(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *text = NULL;
  search_listener listener;
  const fg_book_source source = {pfg_find_book, &listener.thread};
  fg_reconcile_query query = {.books = &source, .go_on = hear_search, .context = &listener};
  long long limit = 0;
  fg_text answer;
  fg_error error;
  if (!PyArg_ParseTuple(args, "OLO:_reconcile", &text, &limit, &listener.heard) ||
      !read_json(state, "document", text, &query.document)) {
    return NULL;
  }
  query.time_limit_us = limit;
  listener.thread = PyEval_SaveThread();
  fg_status status = fg_reconcile(&query, NULL, &answer, &error);
  PyEval_RestoreThread(listener.thread);
  return bytes_of(state, status, &answer, &error);
}
