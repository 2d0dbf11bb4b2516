/* A file system for SQLite, below the ledger's own, on which a test can make one operation fail. */
#ifndef FAILING_DISK_H
#define FAILING_DISK_H

/* The set-up and the tear-down of a group of tests. */
int install_failing_disk(void **state);
int remove_failing_disk(void **state);

/* Lets the n-th write, truncation or sync from now on fail with this result code of SQLite; n = 0: no operation. */
void fail_at_operation(long n, int code);
/* The errno that the system gives for the failing operation; 0: none. */
void fail_for(int number);
/* Whether the operation that is to fail has been asked for. */
bool failing_operation_came(void);

#endif
