// Items of an 856 against the packs that hold them, where packs stand below their item (structure
// 0002: shipment, order, item, pack): what the item ships is what its packs hold together.
//
// A pack holds what its own SN1 says, else what its PO4 says, else what the PO4 of its item says
// for each pack. Where one of them says nothing, nothing is concluded. One notice at a time; holds
// the item under work only, its numbers as text until packs follow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::x12 {

class Packing {
 public:
  // Reads a decimal as ten-thousandths; false where it is none.
  using ToE4 = bool (*)(std::string_view decimal, std::int64_t& out);
  explicit Packing(ToE4 to_e4) : to_e4_(to_e4) {}

  void begin() { item_.clear(); }
  // A level begins (HL01, HL02, HL03). What is wrong with the item that ends here, in words.
  std::optional<std::string> level(std::string_view id, std::string_view parent,
                                   std::string_view code);
  std::optional<std::string> end() { return level({}, {}, {}); }
  void shipped(std::string_view quantity);  // SN102 of the level
  // PO401, and PO414 where that is there: inner packs, and what each holds.
  void packed(std::string_view packs, std::string_view of_each);

 private:
  // A few characters, so that a level costs no memory of its own.
  template <std::size_t kMost>
  class Short {
   public:
    bool empty() const { return size_ == 0; }
    void clear() { size_ = 0; }
    void assign(std::string_view text) {
      size_ = static_cast<std::uint8_t>(text.size() < kMost ? text.size() : kMost);
      for (std::size_t i = 0; i < size_; ++i) {
        text_[i] = text[i];
      }
    }
    operator std::string_view() const { return {text_, size_}; }

   private:
    std::uint8_t size_ = 0;
    char text_[kMost];
  };
  struct Numbers {
    Short<20> shipped, packs, of_each;
    void clear() {
      shipped.clear();
      packs.clear();
      of_each.clear();
    }
  };
  struct Item {
    Short<12> id;  // empty: none is under work
    Numbers own, pack;
    bool in_pack = false;
    std::int64_t packs = 0;
    std::int64_t sum = 0;
    bool known = true;  // what every pack holds
    void clear() {
      id.clear();
      own.clear();
      pack.clear();
      in_pack = false;
      packs = sum = 0;
      known = true;
    }
  };
  std::optional<std::int64_t> held_by(const Numbers& numbers) const;
  void end_pack();
  std::string differs() const;

  ToE4 to_e4_;
  Item item_;
};

}  // namespace crossdock::x12
