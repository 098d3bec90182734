#include "breakwater/storage/network_file_system.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

namespace breakwater {

namespace {

struct magic_name {
  uint64_t magic;
  std::string_view name;
};

/// From linux/magic.h and statfs(2).
constexpr std::array<magic_name, 20> network_magics = {{
    {0x6969, "NFS"},        {0x517B, "SMB"},          {0xFE534D42, "SMB2"},   {0xFF534D42, "CIFS"},
    {0x01021997, "9p"},     {0x5346414F, "AFS"},      {0x6B414653, "AFS"},    {0x73757245, "Coda"},
    {0x564C, "NCP"},        {0x00C36400, "Ceph"},     {0x0BD00BD0, "Lustre"}, {0x01161970, "GFS2"},
    {0x7461636F, "OCFS2"},  {0x47504653, "GPFS"},     {0xAAD7AAEA, "PanFS"},  {0x786F4256, "vboxsf"},
    {0x19830326, "BeeGFS"}, {0x20030528, "OrangeFS"}, {0xBACBACBC, "vmhgfs"}, {0x013111A8, "IBRIX"},
}};
constexpr uint64_t fuse_magic = 0x65735546;

/// virtiofs and grpcfuse: a directory of the host inside a virtual machine, which programs of the host use too.
constexpr std::array<std::string_view, 22> network_types = {
    "fuse.sshfs",   "fuse.rclone",   "fuse.s3fs",    "fuse.gcsfuse",    "fuse.glusterfs", "fuse.ceph-fuse",
    "fuse.ceph",    "fuse.davfs",    "fuse.davfs2",  "fuse.curlftpfs",  "fuse.goofys",    "fuse.juicefs",
    "fuse.JuiceFS", "fuse.smbnetfs", "fuse.moosefs", "fuse.mfs",        "fuse.lizardfs",  "fuse.beegfs",
    "fuse.nfs",     "fuse.grpcfuse", "virtiofs",     "fuse.vmhgfs-fuse"};

/// Takes the next word, up to a space or the end of the line.
std::string_view take_word(std::string_view& line) {
  auto end = std::min(line.find(' '), line.size());
  auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

} // namespace

std::string_view network_name_of_magic(uint64_t f_type) {
  for (auto& known : network_magics)
    if (known.magic == f_type)
      return known.name;
  return {};
}

std::string_view network_name_of_type(std::string_view type) {
  auto found = std::find(network_types.begin(), network_types.end(), type);
  return found == network_types.end() ? std::string_view{} : *found;
}

std::string_view type_in_mountinfo(std::string_view mountinfo, dev_t device) {
  // 36 35 98:0 /root /mount/point options optional-fields - type source super-options
  auto wanted = std::to_string(major(device)) + ':' + std::to_string(minor(device));
  while (!mountinfo.empty()) {
    auto end = std::min(mountinfo.find('\n'), mountinfo.size());
    auto line = mountinfo.substr(0, end);
    mountinfo.remove_prefix(std::min(end + 1, mountinfo.size()));
    take_word(line);
    take_word(line);
    if (take_word(line) != wanted)
      continue;
    if (auto separator = line.find(" - "); separator != std::string_view::npos) {
      line.remove_prefix(separator + 3);
      return take_word(line);
    }
  }
  return {};
}

std::optional<std::string> problem_of_file_system(const std::string& directory) {
  struct statfs system {};
  struct stat found {};
  if (::statfs(directory.c_str(), &system) != 0 || ::stat(directory.c_str(), &found) != 0)
    return std::nullopt;
  // f_type is signed and of another width on some machines; the numbers have 32 bits.
  auto magic = static_cast<uint64_t>(system.f_type) & 0xFFFFFFFF;
  auto name = network_name_of_magic(magic);
  std::string mountinfo;
  if (name.empty() && magic == fuse_magic) {
    std::ifstream file{"/proc/self/mountinfo"};
    mountinfo.assign(std::istreambuf_iterator<char>{file}, {});
    name = network_name_of_type(type_in_mountinfo(mountinfo, found.st_dev));
  }
  if (name.empty())
    return std::nullopt;
  return std::string{directory}
      .append(": on a network file system (")
      .append(name)
      .append("), where a lock does not keep other hosts from refreshing; keep the file on a local disk");
}

} // namespace breakwater
