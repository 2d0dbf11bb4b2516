/* A disk on which one operation fails: a file system of SQLite's that stands below the ledger's own. */
#ifndef FAILING_DISK_H
#define FAILING_DISK_H

/* Set-up and tear-down of a group of tests. */
int install_failing_disk(void **state);
int remove_failing_disk(void **state);

/* The n-th write, truncation or sync from now on fails with this code of SQLite; 0: none. */
void fail_at_operation(long n, int code);
/* What the system says of it: an errno; 0: nothing. */
void fail_for(int number);
/* Whether that many have come. */
bool failing_operation_came(void);

#endif
