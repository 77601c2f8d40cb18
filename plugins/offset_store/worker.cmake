# The sources that stores with a client library that blocks have in common.
set(OFFSET_STORE_WORKER ../owned_write.cc ../outbox.cc ../worker_store.cc)
# Its own test, which one of them builds.
set(OFFSET_STORE_WORKER_TEST ../worker_store_test.cc)
set(OFFSET_STORE_JSON ../offset_json.cc)
