// Rows under a heading, padded as Kafka's tools pad theirs. Widths are counted in characters of UTF-8. Owned values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::tools {

std::size_t characters(std::string_view utf8);

struct Column {
  std::string heading;
  std::size_t width = 0;  // at least
  bool grows = false;     // with what stands in it; otherwise a longer cell pushes its row to the right
};

class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // REQUIRES: as many cells as columns
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  // The heading and all rows, each between the two texts, cells parted by one space.
  std::string text(std::string_view before_row, std::string_view after_row) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace barnabas::tools
