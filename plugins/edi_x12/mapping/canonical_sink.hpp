// Turns sets into canonical documents as they are read: stands behind the checker, chooses the
// mapping by set and release, and hands each document on as text. Partners' profiles choose
// grammar, mapping, given values and the translation of codes.
//
// The sink is on the reader's thread; libraries and profiles are borrowed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/reader/events.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "plugins/edi_x12/mapping/to_canonical.hpp"
#include "plugins/edi_x12/profile/profile.hpp"

namespace crossdock::x12 {

// Partners with what follows from their profiles, made once. Any thread may ask.
class Partners {
 public:
  // Throws GrammarError where a profile does not fit its grammar.
  Partners(GrammarLibrary& grammars, std::vector<Profile> profiles,
           std::vector<std::filesystem::path> mapping_folders);

  // Whose it is; null where no profile fits. Of an interchange: by what its groups would say.
  const Profile* from(const InterchangeHead& interchange) const;
  const Profile* from(const InterchangeHead& interchange, const GroupHead& group) const;
  const Profile* named(std::string_view name) const;
  const std::vector<Profile>& profiles() const { return profiles_; }
  // His grammar for a GS08, the release's own without a profile; null when none is known.
  std::shared_ptr<const Grammar> grammar(const Profile* profile, std::string_view version);
  const MappingLibrary& mappings(const Profile* profile);
  GrammarChoice choice();

 private:
  GrammarLibrary& grammars_;
  std::vector<Profile> profiles_;
  std::vector<std::filesystem::path> folders_;
  MappingLibrary mappings_;
  std::mutex mutex_;  // of what is made when it is first asked for
  std::map<const Profile*, std::unique_ptr<MappingLibrary>> own_mappings_;
  std::map<std::pair<const Profile*, std::string>, std::shared_ptr<const Grammar>> own_grammars_;
};

// What came of a set. An 856 about several orders has one result for each.
struct CanonicalResult {
  const SetHead* set = nullptr;
  const SetEnd* end = nullptr;
  const Profile* partner = nullptr;
  const MapTable* table = nullptr;  // null: there is no mapping for it
  std::string_view data;            // one JSON object; empty when refused
  std::size_t document = 0;         // counts the results of one set, from 0
  const std::vector<std::string>* problems = nullptr;
  const std::vector<std::string>* unmapped = nullptr;
};

class CanonicalSink : public Sink {
 public:
  using Take = std::function<void(const CanonicalResult&)>;
  // `given` holds for all partners; a profile's own go before it. Sets that the checker rejects are
  // handed on without data, unless `rejected_too`.
  CanonicalSink(Partners& partners, Given given, bool rejected_too, Take take);

  void interchange_begins(const InterchangeHead& head) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void segment(const SegmentView& segment, std::uint32_t position) override;
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override;
  void set_ends(const SetEnd& end) override;

 private:
  void choose_reader(const std::string& type);
  void translated(const SegmentView& segment);

  Partners& partners_;
  Given given_;
  bool rejected_too_;
  Take take_;
  InterchangeHead interchange_;
  const Profile* partner_ = nullptr;
  bool translates_ = false;
  Given partner_given_;
  std::shared_ptr<const Grammar> grammar_;
  SetHead set_;
  // For the sets of one type in a group; null: no mapping is known.
  std::string type_;
  const MapTable* table_ = nullptr;
  CanonicalReader* reader_ = nullptr;
  std::map<std::pair<const Grammar*, const MapTable*>, std::unique_ptr<CanonicalReader>> readers_;
  std::vector<std::shared_ptr<const Grammar>> kept_;  // plans point into them
  std::vector<std::string_view> elements_;
};

}  // namespace crossdock::x12
