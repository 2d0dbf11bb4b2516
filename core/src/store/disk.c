#include "system.h"

#include "disk.h"

#include <sys/vfs.h>

/* Locks of a network file system hold on one machine, between some versions, or not at all. The numbers are those of
   statfs(2). FUSE is what sshfs and most shares of virtual machines are. */
const char *fg_disk_network_name(int64_t magic) {
  static const struct {
    int64_t magic;
    const char *name;
  } networks[] = {{0x6969, "NFS"},
                  {0x517B, "SMB"},
                  {0xFE534D42, "SMB"},
                  {0xFF534D42, "CIFS"},
                  {0x65735546, "FUSE"},
                  {0x01021997, "9P"},
                  {0x5346414F, "AFS"},
                  {0x6B414653, "AFS"},
                  {0x00C36400, "Ceph"},
                  {0x73757245, "Coda"},
                  {0x786F4256, "a shared folder of VirtualBox"},
                  {0x0BD00BD0, "Lustre"},
                  {0x01161970, "GFS2"},
                  {0x7461636F, "OCFS2"}};
  for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
    if (networks[i].magic == magic) {
      return networks[i].name;
    }
  }
  return NULL;
}

const char *fg_disk_network(const char *path) {
  struct statfs system;
  return statfs(path, &system) == 0 ? fg_disk_network_name((int64_t)(system.f_type & 0xFFFFFFFF)) : NULL;
}

fg_status fg_disk_check(const char *path, fg_error *error) {
  const char *network = fg_disk_network(path);
  return network == NULL ? FG_OK
                         : fg_fail(error, FG_LEDGER_NETWORK, "",
                                   "%s is on a network disk (%s), where locks do not hold", path, network);
}
