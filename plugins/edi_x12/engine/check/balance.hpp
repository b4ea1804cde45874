// What the values of a set say together, beyond what a grammar can hold: check digits of GS1 keys,
// line counts and hash totals, the hierarchy of an 856, and packs against what shipment and
// items declare.
//
// One set at a time; on the reader's thread. Bounds: so many HL ids and SSCCs are remembered.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/check/packing.hpp"
#include "plugins/edi_x12/engine/check/seen.hpp"
#include "plugins/edi_x12/engine/finding.hpp"
#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12 {

class Balance {
 public:
  // Code, segment, element, words, value.
  using Tell =
      std::function<void(Code, const SegmentView&, std::size_t, std::string, std::string_view)>;

  explicit Balance(Tell tell);

  // What a segment is to it, in a set of a kind: bits. Segments without any need not be shown.
  enum Role : std::uint16_t {
    kLevel = 1,        // HL
    kMarks = 2,        // MAN
    kName = 4,         // N1
    kPackaging = 8,    // TD1
    kLine = 16,        // what CTT counts
    kQuantity = 32,    // what it adds up
    kCount = 64,       // CTT
    kTotalLine = 128,  // of a warehouse set: what its total adds up
    kTotal = 256,
    kEnd = 512,    // SE: what is only known in the end is said there
    kInner = 1024  // PO4 of an 856
  };
  static std::uint16_t roles(std::string_view set_type, std::uint32_t segment_key);

  void begin(std::string_view set_type);
  void segment(const SegmentView& segment, std::uint16_t roles);

  // The check digits behind product id qualifiers (data element 235): bit n-1 for element n.
  void products(const SegmentView& segment, std::uint64_t qualifiers);

 private:
  // CTT01 counts the lines; CTT02, where it is there, adds up an element of them.
  struct Lines {
    std::string_view set;
    std::uint32_t line;
    std::uint32_t quantity_segment;
    std::size_t quantity_element;  // 0: no hash total is defined
  };
  // Warehouse sets end with a total of their lines.
  struct Total {
    std::string_view set;
    std::uint32_t total;
    std::uint32_t line;
    std::size_t element;  // of the line; the total is element 01
  };
  static const Lines kLines[8];
  static const Total kTotals[5];

  // A sum in ten-thousandths; unknown once a value cannot be held.
  struct Sum {
    std::int64_t e4 = 0;
    bool known = true;
    void add(std::string_view decimal);
    std::string text() const;
  };
  static bool to_e4(std::string_view decimal, std::int64_t& out);

  void hierarchy(const SegmentView& hl);
  void keep_levels();
  void begin_level(const SegmentView& hl);
  void marks_and_numbers(const SegmentView& man);
  void packaging(const SegmentView& td1);
  void name(const SegmentView& n1);
  void counted(const SegmentView& ctt);
  void totalled(const SegmentView& total);
  static const Lines* lines_of(std::string_view set_type);
  static const Total* total_of(std::string_view set_type);
  void end_shipment(const SegmentView& at);

  Tell tell_;
  std::string type_;
  std::uint64_t lines_ = 0;
  Sum quantity_;
  Sum declared_lines_;
  const Lines* counted_ = nullptr;   // what CTT of this kind of set counts
  const Total* totalled_ = nullptr;  // what its last total adds up
  // HL ids: nearly always 1, 2, 3 ... in order, then the last one says all; else they are kept.
  std::uint64_t last_level_ = 0;
  bool levels_in_order_ = true;
  Seen levels_, ssccs_;
  // The shipment level under way: cartons that TD1 declares, packs that HL begins.
  std::int64_t cartons_ = -1;
  std::int64_t packs_ = 0;
  bool in_shipment_level_ = false;
  bool is_notice_ = false;  // an 856
  Packing packing_{&Balance::to_e4};
};

}  // namespace crossdock::x12
