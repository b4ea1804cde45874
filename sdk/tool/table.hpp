// Aligned columns for people.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

namespace crossdock::tool {

// Headings and rows of the same width; the last column is not padded.
inline void print_table(const std::vector<std::string>& headings,
                        const std::vector<std::vector<std::string>>& rows, std::ostream& out) {
  std::vector<std::size_t> widths;
  widths.reserve(headings.size());
  for (const auto& heading : headings) {
    widths.push_back(heading.size());
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out << cells[i];
      if (i + 1 < cells.size()) {
        out << std::string(widths[i] - cells[i].size() + 2, ' ');
      }
    }
    out << '\n';
  };
  line(headings);
  for (const auto& row : rows) {
    line(row);
  }
}

}  // namespace crossdock::tool
