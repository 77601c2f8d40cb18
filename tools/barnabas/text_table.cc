#include "tools/barnabas/text_table.h"

#include <algorithm>

namespace barnabas::tools {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void TextTable::add(std::vector<std::string> cells) {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].grows) columns_[i].width = std::max(columns_[i].width, characters(cells[i]));
  rows_.push_back(std::move(cells));
}

std::string TextTable::text(std::string_view before_row, std::string_view after_row) const {
  std::string text;
  const auto write = [&](auto cell_of) {
    text += before_row;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      if (i != 0) text += ' ';
      text += cell;
      const std::size_t used = characters(cell);
      if (used < columns_[i].width) text.append(columns_[i].width - used, ' ');
    }
    text += after_row;
  };
  write([&](std::size_t i) -> const std::string& { return columns_[i].heading; });
  for (const auto& row : rows_) write([&](std::size_t i) -> const std::string& { return row[i]; });
  return text;
}

}  // namespace barnabas::tools
