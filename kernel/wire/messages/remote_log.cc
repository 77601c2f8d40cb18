#include "kernel/wire/messages/remote_log.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(RemoteLogSegmentMetadataRecord)
WIRE_MESSAGE(RemoteLogSegmentMetadataUpdateRecord)
WIRE_MESSAGE(RemotePartitionDeleteMetadataRecord)
WIRE_MESSAGE(RemoteLogSegmentMetadataSnapshotRecord)
