// Whom we exchange documents with: the partner blocks of the configuration, each joined with its
// profile (or with the few settings of the block, where it names none), and what follows from it:
// grammar, mappings, severities, envelope, answers.
//
// Immutable after construction, but for grammars that are made when first asked for; any thread.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "plugins/edi_x12/engine/writer/writer.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"
#include "plugins/edi_x12/settings.hpp"

namespace crossdock::edi {

struct TradingPartner {
  const Partner* settings = nullptr;
  const x12::Profile* profile = nullptr;
  x12::Policy policy;  // how bad a deviation of his is

  const std::string& name() const { return settings->name; }
};

class TradingPartners {
 public:
  // `config` is borrowed. Throws std::runtime_error with file, place and what to do.
  explicit TradingPartners(const Config& config);

  // Whose interchange it is, by ISA05 and ISA06; null: nobody's. Where several share one id, the
  // first; the group says which.
  const TradingPartner* from(const x12::InterchangeHead& interchange) const;
  const TradingPartner* from(const x12::InterchangeHead& interchange,
                             const x12::GroupHead& group) const;
  const TradingPartner* named(std::string_view name) const;
  // Who runs that warehouse of ours: his block names it, or his profile gives it.
  const TradingPartner* of_warehouse(std::string_view warehouse) const;
  // Our code of the warehouse that he speaks of: the one that he runs; where he runs several, that
  // with his own number `code`. Empty: it is none of his, so he may not speak for it.
  static std::string warehouse_of(const TradingPartner& partner, std::string_view code);
  // His own number of our warehouse; empty where he has none.
  static std::string his_code(const TradingPartner& partner, std::string_view warehouse);

  // What an interchange to him begins with; `at_ns` is its date and time (UTC).
  x12::EnvelopeSettings envelope(const TradingPartner& to, std::int64_t at_ns) const;
  // The set that a kind of message is written as for him; null: there is none.
  const x12::MapTable* outgoing(const TradingPartner& to, std::string_view message_type);
  // His profile says that he gets none of these.
  bool spared(const TradingPartner& to, std::string_view message_type);

  x12::Partners& documents() { return documents_; }

 private:
  const TradingPartner* of(const x12::Profile& profile) const;

  const Config& config_;
  x12::GrammarLibrary grammars_;
  x12::Partners documents_;
  std::deque<TradingPartner> partners_;
};

}  // namespace crossdock::edi
