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

/* A function of the core that turns one JSON document into another. */
typedef fg_status work_out(const char *json, size_t length, const fg_book_source *books, const fg_allocator *allocator,
                           fg_text *answer, fg_error *error);

static PyObject *answer_of(pfg_state *state, fg_string json, work_out *works_out) {
  fg_text answer;
  fg_error error;
  PyThreadState *thread = PyEval_SaveThread();
  fg_book_source source = {pfg_find_book, &thread};
  fg_status status = works_out(json.text, json.length, &source, NULL, &answer, &error);
  PyEval_RestoreThread(thread);
  if (status != FG_OK) {
    return PyErr_Occurred() ? NULL : pfg_raise(state, &error);
  }
  PyObject *bytes = PyBytes_FromStringAndSize(answer.text, (Py_ssize_t)answer.length);
  fg_text_release(&answer);
  return bytes;
}

static PyObject *answer_document(PyObject *module, const char *name, PyObject *text, work_out *works_out) {
  pfg_state *state = PyModule_GetState(module);
  fg_string json;
  if (PyBytes_Check(text)) {
    char *bytes = NULL;
    Py_ssize_t length = 0;
    PyBytes_AsStringAndSize(text, &bytes, &length);
    json.text = bytes;
    json.length = (size_t)length;
    return answer_of(state, json, works_out);
  }
  if (PyUnicode_Check(text)) {
    return pfg_read_text(state, "", text, &json) ? answer_of(state, json, works_out) : NULL;
  }
  return pfg_raise_type(state, name, "a str or bytes", text);
}

PyObject *pfg_replay_json(PyObject *module, PyObject *text) {
  return answer_document(module, "timeline", text, fg_replay);
}

PyObject *pfg_reconcile_json(PyObject *module, PyObject *text) {
  return answer_document(module, "document", text, fg_reconcile);
}
