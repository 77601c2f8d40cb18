#include "kernel/wire/messages/control_records.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ControlRecordTypeSchema)
WIRE_MESSAGE(EndTxnMarker)
WIRE_MESSAGE(LeaderChangeMessage)
WIRE_MESSAGE(SnapshotHeaderRecord)
WIRE_MESSAGE(SnapshotFooterRecord)
WIRE_MESSAGE(KRaftVersionRecord)
WIRE_MESSAGE(VotersRecord)
