#include "plugins/edi_x12/command/difference.hpp"

#include <algorithm>

namespace crossdock::x12::command {
namespace {

using Numbers = std::vector<std::uint64_t>;
using Kind = Edit::Kind;

// Everything between the equal beginning and the equal end.
struct Range {
  std::size_t a0, a1, b0, b1;
};

// Place by place: for lists that have little to do with each other.
void by_place(const Numbers& a, const Numbers& b, const Range& r, std::vector<Edit>& out) {
  std::size_t i = r.a0, j = r.b0;
  for (; i < r.a1 && j < r.b1; ++i, ++j) {
    if (a[i] == b[j]) {
      out.push_back({Kind::same, i, j});
    } else {
      out.push_back({Kind::removed, i, j});
      out.push_back({Kind::added, i, j});
    }
  }
  for (; i < r.a1; ++i) {
    out.push_back({Kind::removed, i, j});
  }
  for (; j < r.b1; ++j) {
    out.push_back({Kind::added, i, j});
  }
}

void shortest(const Numbers& a, const Numbers& b, const Range& r, std::size_t most,
              std::vector<Edit>& out) {
  const auto n = static_cast<std::ptrdiff_t>(r.a1 - r.a0);
  const auto m = static_cast<std::ptrdiff_t>(r.b1 - r.b0);
  const auto bound = std::min<std::ptrdiff_t>(n + m, static_cast<std::ptrdiff_t>(most));
  // furthest[k + bound + 1]: how far along `a` diagonal k was followed; one copy is kept per step,
  // as wide as that step, to find the way back.
  std::vector<std::ptrdiff_t> furthest(static_cast<std::size_t>(2 * bound + 3), 0);
  const auto at = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
    return furthest[static_cast<std::size_t>(k + bound + 1)];
  };
  std::vector<std::vector<std::ptrdiff_t>> steps;
  std::ptrdiff_t found = -1;
  for (std::ptrdiff_t d = 0; d <= bound && found < 0; ++d) {
    steps.emplace_back(furthest.begin() + (bound + 1 - d - 1),
                       furthest.begin() + (bound + 1 + d + 2));
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      std::ptrdiff_t y = x - k;
      while (x < n && y < m &&
             a[r.a0 + static_cast<std::size_t>(x)] == b[r.b0 + static_cast<std::size_t>(y)]) {
        ++x;
        ++y;
      }
      at(k) = x;
      if (x >= n && y >= m) {
        found = d;
        break;
      }
    }
  }
  if (found < 0) {
    by_place(a, b, r, out);
    return;
  }
  std::vector<Edit> back;
  std::ptrdiff_t x = n, y = m;
  for (std::ptrdiff_t d = found; d >= 0; --d) {
    // steps[d] is what stood there before step d, of diagonals -d-1 to d+1.
    const auto& before = steps[static_cast<std::size_t>(d)];
    const auto was = [&](std::ptrdiff_t k) { return before[static_cast<std::size_t>(k + d + 1)]; };
    const std::ptrdiff_t k = x - y;
    const std::ptrdiff_t from = k == -d || (k != d && was(k - 1) < was(k + 1)) ? k + 1 : k - 1;
    const std::ptrdiff_t fx = d == 0 ? 0 : was(from);
    const std::ptrdiff_t fy = d == 0 ? 0 : fx - from;
    const auto edit = [&](Kind kind, std::ptrdiff_t i, std::ptrdiff_t j) {
      back.push_back(
          {kind, r.a0 + static_cast<std::size_t>(i), r.b0 + static_cast<std::size_t>(j)});
    };
    while (x > fx && y > fy &&
           (d == 0 || x > fx + (from == k - 1 ? 1 : 0) || y > fy + (from == k + 1 ? 1 : 0))) {
      edit(Kind::same, --x, --y);
    }
    if (d > 0) {
      if (from == k + 1) {
        edit(Kind::added, x, --y);
      } else {
        edit(Kind::removed, --x, y);
      }
    }
  }
  out.insert(out.end(), back.rbegin(), back.rend());
}

}  // namespace

std::vector<Edit> difference(const Numbers& a, const Numbers& b, std::size_t most) {
  std::vector<Edit> out;
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) {
    out.push_back({Kind::same, head, head});
    ++head;
  }
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  const Range middle{head, a.size() - tail, head, b.size() - tail};
  if (middle.a0 < middle.a1 || middle.b0 < middle.b1) {
    shortest(a, b, middle, most, out);
  }
  for (std::size_t i = tail; i > 0; --i) {
    out.push_back({Kind::same, a.size() - i, b.size() - i});
  }
  return out;
}

}  // namespace crossdock::x12::command
