// The checked read: stands between the reader and a sink, holds every set against its grammar and
// adds what it finds: segments and loops (which, in what order, how often), elements (there or not,
// length, type, code), the conditions between elements, and what the values say together
// (balance.hpp). What follows it hears of each segment where in the set it stands, so that nobody
// looks for that twice.
//
// Holds nothing of the set but counters, so that memory does not grow with the data. Belongs to the
// reader's thread; grammars are shared and immutable.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "plugins/edi_x12/engine/check/balance.hpp"
#include "plugins/edi_x12/engine/check/elements.hpp"
#include "plugins/edi_x12/engine/check/plan.hpp"
#include "plugins/edi_x12/engine/document/document.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"
#include "plugins/edi_x12/grammar/grammar.hpp"
#include "plugins/edi_x12/grammar/library.hpp"

namespace crossdock::x12 {

// Which grammar holds for a group: by release, or by the partner's profile. Null: none is known.
using GrammarChoice =
    std::function<std::shared_ptr<const Grammar>(const InterchangeHead&, const GroupHead&)>;

// By GS08 alone. Where its release is not at hand: the nearest older one, else the oldest. The
// library is borrowed.
GrammarChoice by_release(GrammarLibrary& library);

// A whole file as a tree, every set checked.
File read_checked(std::string_view bytes, GrammarChoice choice, const Policy& policy = Policy());

class Checker final : public Relay {
 public:
  // So many findings of one set are told; more are counted (findings-dropped).
  static constexpr std::uint32_t kMostFindings = 1000;

  // All but the choice are borrowed.
  Checker(Sink& next, GrammarChoice choice, const Policy& policy, Way way = best_way());

  void reading(Lexer& lexer) override;
  void interchange_begins(const InterchangeHead& head) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void segment(const SegmentView& segment, std::uint32_t position) override;
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override;
  void set_ends(const SetEnd& end) override;
  void group_ends(const GroupEnd& end) override;

 private:
  void check(SegmentView& s);
  void hand_on(std::uint32_t before_position);
  bool place(const SegmentView& s, std::uint16_t slot);
  void place_elsewhere(const SegmentView& s, std::uint16_t slot);
  void check_count(const SegmentView& s, std::uint16_t node, std::uint16_t slot);
  void check_elements(SegmentView& s, SegmentPlan& plan);
  void tell_no_place(const SegmentView& s);
  void look_at_head(const SegmentView& s);
  void check_in_detail(const SegmentView& s, const SegmentPlan& plan, std::uint64_t present,
                       std::uint64_t doubtful);
  void check_conditions(const SegmentView& s, const SegmentPlan& plan, std::uint64_t present);
  void check_element(const SegmentView& s, const SegmentPlan& plan, std::size_t number);
  void check_parts(const SegmentView& s, const ElementUse& use, std::string_view text,
                   std::size_t element, std::size_t repetition);
  void check_value(const SegmentView& s, const ElementUse& use, std::string_view value,
                   std::size_t element, std::size_t component, std::size_t repetition);
  void tell(Code code, const SegmentView& s, std::size_t element, std::string message,
            std::string_view value = {}, std::size_t component = 0, std::size_t repetition = 0,
            std::uint16_t reference = kNone);
  void pass(Finding finding);
  std::string loop_name() const;
  std::string element_name(const SegmentView& s, const ElementUse& use, std::size_t element,
                           std::size_t component) const;

  GrammarChoice choice_;
  const Policy& policy_;
  const LookAtElements look_;
  Lexer* lexer_ = nullptr;
  InterchangeHead interchange_;
  std::string functional_id_;
  std::shared_ptr<const Grammar> grammar_;
  Plans* plans_ = nullptr;
  std::map<const Grammar*, std::unique_ptr<Plans>> all_plans_;
  std::vector<std::shared_ptr<const Grammar>> kept_;  // the plans point into them
  const SetDef* set_ = nullptr;                       // of the set that began last; null: not known
  const SetPlan* set_plan_ = nullptr;
  std::uint16_t node_ = 0;
  std::uint32_t row_ = 0;              // SetPlan::row() of the node
  std::vector<std::uint32_t> counts_;  // per node: uses in the present instance of its loop
  std::uint32_t position_ = 0;
  // Segments that are checked but not handed on yet; they go before a finding about a later one.
  std::span<SegmentView> held_;
  std::uint32_t held_position_ = 0;  // of the first
  std::uint32_t told_ = 0, dropped_ = 0;
  Weight set_weight_, group_weight_;
  GroupEnd group_;
  Balance balance_;
};

}  // namespace crossdock::x12
