// Runs a fuzz target where there is no libFuzzer: in the build for the unit tests under the address sanitizer, which is there anyway. It
// knows nothing of coverage: inputs are those of the corpus, each with some changes. It understands libFuzzer's -runs, -max_len, -seed,
// -timeout, -rss_limit_mb, -dict and -artifact_prefix, keeps what breaks a target as libFuzzer does, and takes files as single inputs.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <barnabas/sdk/split_mix.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" [[gnu::weak]] int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace {

using Input = std::vector<std::uint8_t>;

struct Options {
  std::int64_t runs = 0;
  std::size_t max_len = 4096;
  std::uint64_t seed = 1;
  unsigned timeout_s = 10;
  long rss_limit_mb = 2048;
  std::string artifact_prefix = "./";
};

Options options;
const Input* current = nullptr;  // what is being run
std::vector<Input> inputs;
std::vector<Input> words;  // of the dictionary

// Also from signal handlers.
void keep_current() {
  const Input* input = std::exchange(current, nullptr);
  if (input == nullptr) return;
  static char path[4096];
  std::snprintf(path, sizeof path, "%sbroken-%d", options.artifact_prefix.c_str(), getpid());
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const bool kept = file >= 0 && write(file, input->data(), input->size()) == static_cast<ssize_t>(input->size());
  std::fprintf(stderr, "the input %s %s\n", kept ? "is in" : "could not be kept in", path);
}

// Other signals are the sanitizer's, which tells where they come from and then calls keep_current().
void on_signal(int number) {
  if (number == SIGALRM) std::fprintf(stderr, "broken: an input takes longer than %u s\n", options.timeout_s);
  keep_current();
  signal(SIGABRT, SIG_DFL);
  raise(SIGABRT);
}

Input read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> octets{std::istreambuf_iterator<char>(file), {}};
  return {octets.begin(), octets.end()};
}

// Lines of "text", with \xNN, \\ and \" in it.
void read_dictionary(const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t begin = line.find('"');
    const std::size_t end = line.rfind('"');
    if (line.starts_with('#') || begin == end) continue;
    Input word;
    for (std::size_t i = begin + 1; i < end; ++i) {
      if (line[i] == '\\' && line[i + 1] == 'x') {
        word.push_back(static_cast<std::uint8_t>(std::stoi(line.substr(i + 2, 2), nullptr, 16)));
        i += 3;
      } else {
        if (line[i] == '\\') ++i;
        word.push_back(static_cast<std::uint8_t>(line[i]));
      }
    }
    words.push_back(word);
  }
}

class Changes {
 public:
  explicit Changes(std::uint64_t seed) : dice_(seed) {}

  Input next() {
    Input input = inputs[below(inputs.size())];
    for (std::size_t times = 1 + below(below(8) == 0 ? 16 : 4); times != 0; --times) change(input);
    if (input.size() > options.max_len) input.resize(options.max_len);
    return input;
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(dice_.next() % bound); }
  std::uint8_t octet() { return static_cast<std::uint8_t>(dice_.next() >> 32); }

  void change(Input& input) {
    const std::size_t at = below(input.size() + 1);
    const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t rest = input.size() - at;
    switch (below(9)) {
      case 0:
        if (rest != 0) *place = static_cast<std::uint8_t>(*place ^ 1u << below(8));
        break;
      case 1:
        if (rest != 0) *place = octet();
        break;
      case 2:
        input.insert(place, 1 + below(8), octet());
        break;
      case 3:
        input.erase(place, place + static_cast<std::ptrdiff_t>(std::min(rest, 1 + below(16))));
        break;
      case 4:
        return put(input, at, edge());
      case 5:
        if (!words.empty()) return insert(input, at, words[below(words.size())]);
        break;
      case 6: {  // a part of another one
        const Input& other = inputs[below(inputs.size())];
        const std::size_t from = below(other.size());
        const std::size_t count = below(std::min<std::size_t>(other.size() - from, 256) + 1);
        const auto first = other.begin() + static_cast<std::ptrdiff_t>(from);
        return insert(input, at, Input(first, first + static_cast<std::ptrdiff_t>(count)));
      }
      case 7:  // a part of its own, again
        return insert(input, at, Input(place, place + static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(rest, 64) + 1))));
      default:
        if (rest != 0 && below(4) == 0) input.resize(at);
        break;
    }
  }
  // A number that lengths and counts dislike, in two, four or eight octets.
  Input edge() {
    static constexpr std::uint64_t kEdges[] = {0,      1,      2,           127,         128,         255,       256,       0x7fff,
                                               0x8000, 0xffff, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff, INT64_MAX, UINT64_MAX};
    const std::uint64_t edge = kEdges[below(std::size(kEdges))];
    Input octets(std::size_t{2} << below(3));
    for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(edge >> 8 * (octets.size() - 1 - i));
    return octets;
  }
  static void put(Input& input, std::size_t at, const Input& octets) {
    for (std::size_t i = 0; i < octets.size() && at + i < input.size(); ++i) input[at + i] = octets[i];
  }
  static void insert(Input& input, std::size_t at, const Input& octets) {
    input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), octets.begin(), octets.end());
  }

  barnabas::sdk::SplitMix dice_;
};

void run(const Input& input) {
  // In memory of exactly its size, so that the sanitizer sees who reads behind it.
  static Input exact;
  exact = Input(input.begin(), input.end());
  current = &exact;
  alarm(options.timeout_s);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  alarm(0);
  current = nullptr;
}

void check_memory() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  if (used.ru_maxrss / 1024 <= options.rss_limit_mb) return;
  std::fprintf(stderr, "broken: it takes %ld MiB, more than %ld\n", used.ru_maxrss / 1024, options.rss_limit_mb);
  std::abort();
}

void parse(int count, char** arguments) {
  const auto value_of = [](const std::string& word, const char* name) {
    const std::string begin = std::string("-") + name + "=";
    return word.starts_with(begin) ? word.substr(begin.size()) : std::string();
  };
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (const auto runs = value_of(word, "runs"); !runs.empty()) options.runs = std::atoll(runs.c_str());
    if (const auto length = value_of(word, "max_len"); !length.empty()) options.max_len = std::stoul(length);
    if (const auto seed = value_of(word, "seed"); !seed.empty()) options.seed = std::stoull(seed);
    if (const auto timeout = value_of(word, "timeout"); !timeout.empty()) options.timeout_s = static_cast<unsigned>(std::stoul(timeout));
    if (const auto limit = value_of(word, "rss_limit_mb"); !limit.empty()) options.rss_limit_mb = std::stol(limit);
    if (const auto prefix = value_of(word, "artifact_prefix"); !prefix.empty()) options.artifact_prefix = prefix;
    if (const auto dictionary = value_of(word, "dict"); !dictionary.empty()) read_dictionary(dictionary);
    if (word.starts_with('-')) continue;
    if (std::filesystem::is_directory(word)) {
      for (const auto& entry : std::filesystem::directory_iterator(word)) inputs.push_back(read(entry.path()));
    } else {
      inputs.push_back(read(word));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&count, &arguments);
  parse(count, arguments);
  for (const int number : {SIGABRT, SIGALRM}) signal(number, on_signal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(keep_current);
  std::int64_t done = 0;
  for (const Input& input : inputs) run(input), ++done;
  inputs.emplace_back();
  for (Changes changes(options.seed); done < options.runs; ++done) {
    run(changes.next());
    if (done % 1024 == 0) check_memory();
  }
  std::printf("stat::number_of_executed_units: %lld\n", static_cast<long long>(done));
  return 0;
}
