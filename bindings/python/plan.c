/* Plans, which say what to buy for a forecast, and baskets, which say what a month's usage costs. */
#include "binding.h"
#include "faregate_whatif.h"

static PyObject *describe_plan(pfg_state *state, fg_plan *plan, const fg_book *book) {
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  return pfg_recording_end(&recording, fg_plan_describe(plan, &visitor), NULL, state, book);
}

/* A capsule holds a plan, so that its timeline is written only when somebody asks for it. */
static const char capsule_name[] = "faregate.plan";

static void free_capsule(PyObject *capsule) { fg_plan_free(PyCapsule_GetPointer(capsule, capsule_name)); }

PyObject *pfg_plan_timeline(PyObject *module, PyObject *capsule) {
  fg_text json;
  const fg_plan *plan = PyCapsule_GetPointer(capsule, capsule_name);
  if (plan == NULL) {
    return NULL;
  }
  fg_status status = fg_plan_timeline(plan, &json);
  if (status != FG_OK) {
    return pfg_raise_status(PyModule_GetState(module), status);
  }
  PyObject *text = PyUnicode_FromStringAndSize(json.text, (Py_ssize_t)json.length);
  fg_text_release(&json);
  return text;
}

/* A listener to a search, called in the thread that asked for it and without the GIL. */
typedef struct plan_listener {
  pfg_state *state;
  PyObject *heard; ///< a function of the seconds, the best cost or None, and the least cost that is proven; or None
  int minor_digits;
  PyThreadState *saved;
  bool has_raised;
} plan_listener;

static bool tell_progress(const plan_listener *to, const fg_plan_progress *progress) {
  PyObject *best = progress->has_plan ? pfg_decimal(to->state, progress->best, to->minor_digits) : Py_NewRef(Py_None);
  PyObject *proven = pfg_decimal(to->state, progress->proven, to->minor_digits);
  PyObject *answer = NULL;
  if (best != NULL && proven != NULL) {
    answer = PyObject_CallFunction(to->heard, "dOO", (double)progress->elapsed_us / 1e6, best, proven);
  }
  Py_XDECREF(best);
  Py_XDECREF(proven);
  Py_XDECREF(answer);
  return answer != NULL;
}

static bool hear_progress(void *context, const fg_plan_progress *progress) {
  plan_listener *listener = context;
  PyEval_RestoreThread(listener->saved);
  bool goes_on = PyErr_CheckSignals() == 0 && (listener->heard == Py_None || tell_progress(listener, progress));
  listener->has_raised = !goes_on;
  listener->saved = PyEval_SaveThread();
  return goes_on;
}

static fg_status make_plan(fg_book *book, fg_plan_query *query, plan_listener *listener, fg_plan **plan) {
  fg_error error;
  query->go_on = hear_progress;
  query->context = listener;
  listener->saved = PyEval_SaveThread();
  fg_status status = fg_plan_make(book, query, NULL, plan, &error);
  PyEval_RestoreThread(listener->saved);
  if (status == FG_OK && listener->has_raised) {
    fg_plan_free(*plan);
    return FG_INVALID;
  }
  if (status != FG_OK && !listener->has_raised) {
    pfg_raise(listener->state, &error);
  }
  return status;
}

PyObject *pfg_make_plan(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *book = NULL;
  PyObject *forecast_text = NULL;
  PyObject *given_text = NULL;
  plan_listener listener = {.state = state};
  fg_plan_query query = {.time_limit_us = 0};
  long long limit = 0;
  fg_plan *plan = NULL;
  if (!PyArg_ParseTuple(args, "O!OOLO:_make_plan", state->book_type, &book, &forecast_text, &given_text, &limit,
                        &listener.heard) ||
      !pfg_read_text(state, "forecast", forecast_text, &query.forecast) ||
      (given_text != Py_None && !pfg_read_text(state, "plan", given_text, &query.plan))) {
    return NULL;
  }
  query.time_limit_us = limit;
  listener.minor_digits = fg_book_minor_digits(pfg_book_of(book));
  if (make_plan(pfg_book_of(book), &query, &listener, &plan) != FG_OK) {
    return NULL;
  }
  PyObject *capsule = PyCapsule_New(plan, capsule_name, free_capsule);
  if (capsule == NULL) {
    fg_plan_free(plan);
    return NULL;
  }
  PyObject *described = describe_plan(state, plan, pfg_book_of(book));
  PyObject *answer = described == NULL ? NULL : PyTuple_Pack(2, described, capsule);
  Py_XDECREF(described);
  Py_DECREF(capsule);
  return answer;
}

typedef struct quote_arguments {
  PyObject *basket, *months, *at, *free, *policy, *attributes;
} quote_arguments;

/* Writes a mapping as JSON, whose text is borrowed from the result; NULL with an exception. Errors in it have paths
   that begin with `path`. */
static PyObject *read_mapping(pfg_state *state, const char *name, const char *path, PyObject *mapping,
                              fg_string *json) {
  PyObject *module = PyImport_ImportModule("faregate._arguments");
  PyObject *text = module == NULL ? NULL : PyObject_CallMethod(module, "document", "ssO", name, path, mapping);
  Py_XDECREF(module);
  if (text != NULL && !pfg_read_text(state, name, text, json)) {
    Py_CLEAR(text);
  }
  return text;
}

static bool read_terms(pfg_state *state, const quote_arguments *given, const fg_zone *zone, fg_basket *basket) {
  if (!PyBool_Check(given->free)) {
    pfg_raise_type(state, "free", "True or False", given->free);
    return false;
  }
  basket->without_free = given->free == Py_False;
  return pfg_read_optional(state, "months", given->months, &basket->months) &&
         pfg_read_optional_time(state, "at", given->at, zone, &basket->at);
}

const char pfg_quote_doc[] =
    "quote($self, /, basket, *, months=1, at=None, free=True, policy=None, attributes=None)\n--\n\n"
    "What so much of all of it costs in a month, from a fresh account, with what each line is for.\n\n"
    "Free quota: the book's is taken off, none with free=False.\n\n"
    "basket  a mapping of products, {\"image\": {\"calls\": 90_000, \"packs\": {\"calls-10k\": 2}, \"materials\": 30},\n"
    "        \"image-pro\": {\"concurrency\": {\"quantity\": 2, \"months\": 3}}}: by the names of the meters, units that are\n"
    "        used in each month, and capacity that is bought for so many months or days; of pools, {\"points\":\n"
    "        {\"packs\": {\"p1000\": 1}}}, events, {\"run\": 2_000}, and bundles, {\"bundles\": {\"kit\": 1}}\n"
    "months  int, 1 to 120: the same in each of them\n"
    "at      an instant of the first month, as Account takes it; now if None\n"
    "free    whether there are free quotas\n"
    "policy  a mapping of switches that replace the book's\n"
    "attributes  a mapping of names to str or int: those of the account\n\n"
    "The answer has book, currency, total, grants (what was free) and months, each with month, amount and lines; see\n"
    "docs/plan.md. Raises Invalid and InvalidType, with the path such as image.calls, UnknownProduct, UnknownMeter,\n"
    "UnknownPack, NotSold, CapacityLimit, NoCapacity, Unsupported, Overflow.";

/* Writes an optional mapping as JSON, as read_mapping does; None if there is none. */
static PyObject *read_optional_mapping(pfg_state *state, const char *name, PyObject *mapping, fg_string *json) {
  return mapping == Py_None ? Py_NewRef(Py_None) : read_mapping(state, name, name, mapping, json);
}

PyObject *pfg_book_quote(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"basket", "months", "at", "free", "policy", "attributes", NULL};
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  quote_arguments given = {.free = Py_True, .policy = Py_None, .attributes = Py_None};
  fg_basket basket = {.months = 1, .at = fg_clock_now()};
  PyObject *answer = NULL;
  pfg_recording recording;
  fg_error error;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$OOOOO:quote", names, &given.basket, &given.months, &given.at,
                                   &given.free, &given.policy, &given.attributes) ||
      !read_terms(state, &given, fg_book_zone(pfg_book_of(self)), &basket)) {
    return NULL;
  }
  PyObject *content = read_mapping(state, "basket", "", given.basket, &basket.content);
  PyObject *policy = content == NULL ? NULL : read_optional_mapping(state, "policy", given.policy, &basket.policy);
  PyObject *attributes = policy == NULL
                             ? NULL
                             : read_optional_mapping(state, "attributes", given.attributes, &basket.attributes);
  if (attributes != NULL) {
    fg_visitor visitor = pfg_recording_begin(&recording);
    fg_status status = fg_basket_quote(pfg_book_of(self), &basket, NULL, &visitor, &error);
    answer = pfg_recording_end(&recording, status, &error, state, pfg_book_of(self));
  }
  Py_XDECREF(content);
  Py_XDECREF(policy);
  Py_XDECREF(attributes);
  return answer;
}

static PyObject *vary_month(pfg_state *state, PyObject *calls, Py_ssize_t month, const fg_demand *demand) {
  int64_t units = 0;
  fg_error error;
  PyObject *given = PyTuple_GetItem(calls, month);
  if (given == NULL || !pfg_read_integer(state, "calls", given, &units)) {
    return NULL;
  }
  return fg_vary(units, demand, month, &units, &error) == FG_OK ? PyLong_FromLongLong(units) : pfg_raise(state, &error);
}

PyObject *pfg_vary(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *calls = NULL;
  PyObject *given[5];
  fg_demand demand;
  const struct {
    const char *name;
    int64_t *value;
  } parts[5] = {{"spread_per_mille", &demand.spread_per_mille},
                {"level_per_mille", &demand.level_per_mille},
                {"correlation_per_mille", &demand.correlation_per_mille},
                {"seed", &demand.seed},
                {"trial", &demand.trial}};
  if (!PyArg_ParseTuple(args, "O!OOOOO:_vary", &PyTuple_Type, &calls, &given[0], &given[1], &given[2], &given[3],
                        &given[4])) {
    return NULL;
  }
  for (int i = 0; i < 5; i++) {
    if (!pfg_read_integer(state, parts[i].name, given[i], parts[i].value)) {
      return NULL;
    }
    if (*parts[i].value < 0) {
      return pfg_raise_invalid(state, parts[i].name, "expected 0 to 2**63-1");
    }
  }
  Py_ssize_t months = PyTuple_Size(calls);
  PyObject *varied = PyTuple_New(months);
  for (Py_ssize_t month = 0; varied != NULL && month < months; month++) {
    PyObject *units = vary_month(state, calls, month, &demand);
    if (units == NULL || PyTuple_SetItem(varied, month, units) < 0) {
      Py_CLEAR(varied);
    }
  }
  return varied;
}
