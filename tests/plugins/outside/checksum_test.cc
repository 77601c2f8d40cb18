#include <barnabas/testing/interceptor_conformance.h>

BARNABAS_INTERCEPTOR_CONFORMANCE(checksum)
