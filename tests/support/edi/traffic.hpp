// X12 traffic of a distributor, any amount of it: purchase orders (850) and ship notices (856),
// release 005010, made from a seed. The same seed gives the same bytes; every set is valid.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace crossdock::support {

class Traffic {
 public:
  // About `bytes` in so many interchanges, half orders, half ship notices.
  Traffic(std::uint64_t seed, std::uint64_t bytes, std::uint32_t interchanges = 1);

  // The next piece (a header, a set, a trailer); false at the end.
  bool next(std::string& piece);
  std::uint64_t sets() const { return sets_; }

 private:
  enum class Part : std::uint8_t { head, orders, between, notices, tail };

  std::uint64_t number(std::uint64_t from, std::uint64_t to);
  std::string gtin();
  std::string sscc();
  std::string order();
  std::string notice();
  void segment(std::string& set, const std::string& text);
  std::string closed(std::string set, const char* type);

  std::mt19937_64 random_;
  std::uint64_t bytes_of_interchange_;
  std::uint32_t interchanges_;
  std::uint32_t interchange_ = 0;
  Part part_ = Part::head;
  std::uint64_t written_ = 0;
  std::uint64_t in_group_ = 0;
  std::uint64_t sets_ = 0;
  std::uint64_t serial_ = 0;
  std::uint64_t segments_ = 0;
};

}  // namespace crossdock::support
