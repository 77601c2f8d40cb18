// The frame of metadata records, by the names that whoever reads and writes images uses. [any thread, each on its own object]
#pragma once

#include "kernel/record/framed.h"

namespace barnabas::catalog {

using record::Frame;
using record::FramedRecords;
using record::parse_frame;

}  // namespace barnabas::catalog
