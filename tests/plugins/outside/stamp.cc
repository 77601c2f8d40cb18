#include "stamp.h"

using outside::Stamp;

BARNABAS_PLUGIN(Interceptor, Stamp, "stamp", "0.1.0", "Puts a mark before every record's value.")
