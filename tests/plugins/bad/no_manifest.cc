// A shared object that is no plugin at all.
extern "C" [[gnu::visibility("default")]] int barnabas_plugin;
int barnabas_plugin = 1;
