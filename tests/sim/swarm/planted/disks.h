// Disks that lie: the bugs of a device, or of code that asks too little of it. On the world's one thread.
#pragma once

#include <memory>

#include "sim/swarm/disk_before.h"

namespace barnabas::sim {

// A sync of a log returns, and nothing is on the device.
std::unique_ptr<DiskBefore> disk_without_sync(sdk::Disk& disk);
// New names are never on the device.
std::unique_ptr<DiskBefore> disk_without_directory_sync(sdk::Disk& disk);
// The mark of a clean stop stays when it is removed.
std::unique_ptr<DiskBefore> disk_that_keeps_the_mark(sdk::Disk& disk);
// A write that failed is said to have succeeded.
std::unique_ptr<DiskBefore> disk_that_hides_failures(sdk::Disk& disk);
// Logs are not cut.
std::unique_ptr<DiskBefore> disk_without_cuts(sdk::Disk& disk);
// One octet of a log in the middle of many is another one.
std::unique_ptr<DiskBefore> disk_that_damages(sdk::Disk& disk);
// The metadata log can not be written any more after a while.
std::unique_ptr<DiskBefore> disk_that_breaks(sdk::Disk& disk);

}  // namespace barnabas::sim
