/* faregate._core: the module, with its types and its functions. */
#include "columns.h"

static bool import(const char *module_name, const char *name, PyObject **object) {
  PyObject *module = PyImport_ImportModule(module_name);
  *object = module == NULL ? NULL : PyObject_GetAttrString(module, name);
  Py_XDECREF(module);
  return *object != NULL;
}

static bool intern(const char *text, PyObject **name) {
  *name = PyUnicode_InternFromString(text);
  return *name != NULL;
}

/* Makes the datetimes from which instants are counted. */
static bool make_epochs(pfg_state *state) {
  PyObject *delta = NULL;
  PyObject *zone = NULL;
  PyObject *utc = NULL;
  if (import("datetime", "timedelta", &delta) && import("datetime", "timezone", &zone)) {
    utc = PyObject_GetAttrString(zone, "utc");
  }
  if (utc != NULL) {
    state->microsecond = PyObject_CallFunction(delta, "iii", 0, 0, 1);
    state->epoch = PyObject_CallFunction(state->datetime, "iii", 1970, 1, 1);
    state->epoch_utc = PyObject_CallFunction(state->datetime, "iiiiiiiO", 1970, 1, 1, 0, 0, 0, 0, utc);
  }
  Py_XDECREF(delta);
  Py_XDECREF(zone);
  Py_XDECREF(utc);
  return state->microsecond != NULL && state->epoch != NULL && state->epoch_utc != NULL;
}

static int core_exec(PyObject *module) {
  pfg_state *state = PyModule_GetState(module);
  bool ready = import("decimal", "Decimal", &state->decimal) && import("datetime", "date", &state->date) &&
               import("datetime", "datetime", &state->datetime) &&
               import("collections.abc", "Mapping", &state->mapping) &&
               import("faregate._results", "Results", &state->results_type) && intern("at", &state->name_at) &&
               intern("id", &state->name_id) && intern("tzinfo", &state->name_tzinfo) && make_epochs(state);
  if (!ready || pfg_add_errors(module, state) < 0 || pfg_add_result_type(module, state) < 0 ||
      pfg_add_used_type(module, state) < 0 || pfg_add_book_type(module, state) < 0 ||
      pfg_add_account_type(module, state) < 0 || pfg_add_call_type(module, state) < 0 ||
      pfg_add_done_type(module, state) < 0 || pfg_add_column_type(module, state) < 0 ||
      pfg_add_biller_type(module, state) < 0) {
    return -1;
  }
  return pfg_add_way_fields(module) < 0 ? -1 : PyModule_AddStringConstant(module, "__version__", fg_version());
}

static int core_traverse(PyObject *module, visitproc visit, void *arg) {
  pfg_state *state = PyModule_GetState(module);
#define VISIT(member) Py_VISIT(state->member);
  PFG_OBJECTS(VISIT)
#undef VISIT
  for (int status = 0; status < FG_STATUS_COUNT; status++) {
    Py_VISIT(state->errors[status]);
  }
  return 0;
}

static int core_clear(PyObject *module) {
  pfg_state *state = PyModule_GetState(module);
#define CLEAR(member) Py_CLEAR(state->member);
  PFG_OBJECTS(CLEAR)
#undef CLEAR
  for (int status = 0; status < FG_STATUS_COUNT; status++) {
    Py_CLEAR(state->errors[status]);
  }
  return 0;
}

static void core_free(void *module) { core_clear(module); }

static PyMethodDef core_functions[] = {
    {"replay_json", pfg_replay_json, METH_O,
     "replay_json($module, timeline, /)\n--\n\n"
     "Replay a timeline and answer the core's own bytes: the same in every language.\n\n"
     "timeline  JSON as str or as UTF-8 bytes\n\n"
     "The answer is JSON with `outcomes`, one per command, and the final `statement`. A command that the rules refuse\n"
     "is an outcome. Raises Invalid, with the path to the place, or UnknownBook for a document that cannot be read.\n"
     "Other threads run meanwhile."},
    {"_reconcile", pfg_reconcile, METH_VARARGS,
     "_reconcile($module, document, time_limit_us, heard, /)\n--\n\n"
     "Reconcile a timeline with an invoice; see faregate.reconcile_json."},
    {"_table_stream", pfg_table_stream, METH_O,
     "_table_stream($module, columns, /)\n--\n\n"
     "A dict of names and Columns of equal length as a capsule of an Arrow stream; see Table."},
    {"_bill_shares", pfg_bill_shares, METH_VARARGS,
     "_bill_shares($module, amount, scale, postpaid, groups, /)\n--\n\n"
     "What a period came to shared out among groups, each a pair of quantity and postpaid units: amounts that add up,\n"
     "the last one nobody's, and how many of the postpaid units none of the groups used."},
    {"_vary", pfg_vary, METH_VARARGS,
     "_vary($module, calls, spread_per_mille, level_per_mille, correlation_per_mille, seed, trial, /)\n--\n\n"
     "A tuple of monthly calls as a trial of a simulation has them."},
    {"_make_plan", pfg_make_plan, METH_VARARGS,
     "_make_plan($module, book, forecast, plan, time_limit_us, heard, /)\n--\n\n"
     "Make a plan from JSON texts; plan None is the cheapest. Answers what it comes to, and the plan itself."},
    {"_plan_timeline", pfg_plan_timeline, METH_O,
     "_plan_timeline($module, plan, /)\n--\n\nThe timeline of a plan as JSON text."},
    {"_break_even", pfg_break_even, METH_VARARGS,
     "_break_even($module, a, b, most, /)\n--\n\n"
     "The stretches of 0 to `most` units on which one of two ways to pay is cheaper; see faregate.break_even."},
    {"_open_ledger", PFG_KEYWORDS(pfg_open_ledger), METH_VARARGS | METH_KEYWORDS,
     "_open_ledger($module, path, book, wallet, policy, attributes, group_ms, wait_ms, max_jump, read_only, check, keep_ids_days)\n--\n\nSee faregate.open."},
    {"verify", PFG_KEYWORDS(pfg_verify_ledger), METH_VARARGS | METH_KEYWORDS,
     "verify($module, path, *, predecessor=None)\n--\n\n"
     "Check everything in a ledger: pages, chain, snapshots, indexes, and that each command answers again as it did.\n\n"
     "predecessor  the ledger it goes on from (seal_ledger): check that too, and that this one begins where it ends\n\n"
     "Answers path, ok, commands (how many are good), snapshots, head (the chain's last link), good_at (the last good\n"
     "command), problem (None, or what is wrong). Raises LedgerForeign and others for what cannot be read at all."},
    {"compare_ledgers", pfg_compare_ledgers, METH_VARARGS,
     "compare_ledgers($module, a, b, /)\n--\n\n"
     "What two ledgers are to each other, such as a file and a copy of it.\n\n"
     "Answers relation (same, continuation, fork, other_beginning, apart), common (the last command known to be in\n"
     "both), longer and by (of a continuation), fork (command, and what a and b have there), a and b (path, commands,\n"
     "begins_after, head). Raises the Ledger errors; LedgerCorrupt where either is damaged."},
    {"_import", pfg_import_ledger, METH_VARARGS, "_import($module, json, path)\n--\n\nSee faregate.import_ledger."},
    {"seal_ledger", PFG_KEYWORDS(pfg_seal_ledger), METH_VARARGS | METH_KEYWORDS,
     "seal_ledger($module, path, successor, *, keep_ids_days=None)\n--\n\n"
     "Seal a ledger and go on in a new one, which begins with the state in which this one ends.\n\n"
     "keep_ids_days  commands of so many days before the end stay known by their ids, 92 if None; orders for good\n\n"
     "The old one can be read and verified, not written (LedgerSealed). No process may have it open (LedgerLocked).\n"
     "What is cut off in the middle is finished by doing it again. Raises LedgerExists and the other Ledger errors."},
    {"_export", pfg_export_ledger, METH_VARARGS, "_export($module, path, until, write)\n--\n\nSee faregate.export."},
    {"_check_target", pfg_check_target, METH_O,
     "_check_target($module, path, /)\n--\n\nRaises LedgerExists where an export must not be written."},
    {"_text_column", pfg_text_column, METH_O,
     "_text_column($module, texts, /)\n--\n\nA Column of a list of str and None."},
    {"_csv_lines", pfg_csv_lines, METH_VARARGS,
     "_csv_lines($module, data, start, delimiter, /)\n--\n\n"
     "Where the lines from `start` on that are one row each end, and how many they are."},
    {"_decimal_column", pfg_decimal_column, METH_VARARGS,
     "_decimal_column($module, amounts, scale, /)\n--\n\nA Column of a list of Decimal, with at least `scale` decimals."},
    {"_time_column", pfg_time_column, METH_VARARGS,
     "_time_column($module, times, book, /)\n--\n\nA Column of a list of datetime and None, told in the book's zone."},
    {"_integer_column", pfg_integer_column, METH_O,
     "_integer_column($module, integers, /)\n--\n\nA Column of a list of int and None."},
    {"_floats", pfg_float_column, METH_O,
     "_floats($module, column, /)\n--\n\nA Column of amounts as floats, the nearest to each; others as they are."},
    {"_column_state", pfg_column_state, METH_O,
     "_column_state($module, column, /)\n--\n\nThe arguments of which _column makes a Column again."},
    {"_column", pfg_column_of_state, METH_VARARGS,
     "_column($module, kind, scale, length, values, validity, text, book, /)\n--\n\nA Column that was pickled."},
    {NULL, NULL, 0, NULL},
};

/* Slots of the stable ABI that the headers of 3.11 do not have yet. */
enum { SLOT_MULTIPLE_INTERPRETERS = 3, SLOT_GIL = 4 };
#define PER_INTERPRETER_GIL ((void *)2)
#define GIL_NOT_USED ((void *)1)

static PyModuleDef_Slot core_slots[] = {
    {Py_mod_exec, core_exec},
    {0, NULL}, /* filled with the slots that this interpreter knows */
    {0, NULL},
    {0, NULL},
};

static struct PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "faregate._core",
    .m_doc = "The core of faregate as types of Python. Import faregate instead.",
    .m_size = sizeof(pfg_state),
    .m_methods = core_functions,
    .m_slots = core_slots,
    .m_traverse = core_traverse,
    .m_clear = core_clear,
    .m_free = core_free,
};

/* One binary serves 3.11 and later. An older interpreter refuses a slot that it does not know, so slots are chosen when
   the module is loaded. */
PyMODINIT_FUNC PyInit__core(void) {
  if (Py_Version >= 0x030C0000) {
    core_slots[1] = (PyModuleDef_Slot){SLOT_MULTIPLE_INTERPRETERS, PER_INTERPRETER_GIL};
  }
  if (Py_Version >= 0x030D0000) {
    core_slots[2] = (PyModuleDef_Slot){SLOT_GIL, GIL_NOT_USED};
  }
  return PyModuleDef_Init(&core_module);
}
