// The part of validation that looks at headers only. [any thread]
#pragma once

#include "kernel/base/result.h"
#include "kernel/record/validation.h"

namespace barnabas::record {

// Fills outcome.batch, or verdict and message.
void check_batch(sdk::Bytes records, const ValidationRules& rules, Outcome& outcome);

void refuse(Outcome& outcome, Verdict verdict, std::string message);
// What a failed codec means for the client that sent the batch.
Verdict verdict_of(const Status& status);

}  // namespace barnabas::record
