#include "disk.h"

#include "system.h"

fg_status fg_disk_check(const char *path, fg_error *error) {
  const char *network = fg_system_network(path);
  return network == NULL ? FG_OK
                         : fg_fail(error, FG_LEDGER_NETWORK, "",
                                   "%s is on a network disk (%s), where locks do not hold", path, network);
}
