#include "plugins/edi_x12/mapping/canonical_sink.hpp"

#include <algorithm>

namespace crossdock::x12 {

Partners::Partners(GrammarLibrary& grammars, std::vector<Profile> profiles,
                   std::vector<std::filesystem::path> mapping_folders)
    : grammars_(grammars),
      profiles_(std::move(profiles)),
      folders_(std::move(mapping_folders)),
      mappings_(folders_) {
  for (const auto& profile : profiles_) {
    (void)grammar(&profile, profile.version);
    (void)mappings(&profile);
  }
}

const Profile* Partners::from(const InterchangeHead& interchange) const {
  const auto found = std::find_if(profiles_.begin(), profiles_.end(), [&](const Profile& p) {
    return p.is_from(interchange.sender_qualifier(), interchange.sender(), p.group_sender);
  });
  return found == profiles_.end() ? nullptr : &*found;
}

const Profile* Partners::from(const InterchangeHead& interchange, const GroupHead& group) const {
  const auto found = std::find_if(profiles_.begin(), profiles_.end(), [&](const Profile& p) {
    return p.is_from(interchange.sender_qualifier(), interchange.sender(), group.sender);
  });
  return found == profiles_.end() ? nullptr : &*found;
}

const Profile* Partners::named(std::string_view name) const {
  const auto found = std::find_if(profiles_.begin(), profiles_.end(),
                                  [&](const Profile& p) { return p.name == name; });
  return found == profiles_.end() ? nullptr : &*found;
}

std::shared_ptr<const Grammar> Partners::grammar(const Profile* profile, std::string_view version) {
  if (profile == nullptr) {
    return grammars_.find(version);
  }
  const std::string release = profile->grammar.empty() ? std::string(version) : profile->grammar;
  if (profile->elements.empty() && profile->lines.empty()) {
    return grammars_.find(release);
  }
  const std::lock_guard lock(mutex_);
  auto& own = own_grammars_[{profile, release}];
  if (!own) {
    if (const auto draft = grammars_.draft(release)) {
      own = std::make_shared<const Grammar>(build(with_deviations(*draft, *profile)));
    }
  }
  return own;
}

const MappingLibrary& Partners::mappings(const Profile* profile) {
  if (profile == nullptr || profile->mappings.empty()) {
    return mappings_;
  }
  const std::lock_guard lock(mutex_);
  auto& own = own_mappings_[profile];
  if (!own) {
    auto folders = folders_;
    folders.insert(folders.end(), profile->mappings.begin(), profile->mappings.end());
    own = std::make_unique<MappingLibrary>(folders);
  }
  return *own;
}

GrammarChoice Partners::choice() {
  return [this, otherwise = by_release(grammars_)](const InterchangeHead& interchange,
                                                   const GroupHead& group) {
    const auto* profile = from(interchange, group);
    auto found = profile == nullptr ? nullptr : grammar(profile, group.version);
    return found ? found : otherwise(interchange, group);
  };
}

CanonicalSink::CanonicalSink(Partners& partners, Given given, bool rejected_too, Take take)
    : partners_(partners),
      given_(std::move(given)),
      rejected_too_(rejected_too),
      take_(std::move(take)) {}

void CanonicalSink::interchange_begins(const InterchangeHead& head) { interchange_ = head; }

void CanonicalSink::group_begins(const GroupHead& head) {
  partner_ = partners_.from(interchange_, head);
  type_.clear();
  translates_ = partner_ != nullptr && partner_->translates();
  grammar_ = partners_.choice()(interchange_, head);
  partner_given_ = given_;
  if (partner_ != nullptr) {
    for (const auto& [name, value] : partner_->given) {
      partner_given_[name] = value;
    }
  }
}

void CanonicalSink::set_begins(const SetHead& head) {
  set_ = head;
  if (type_ == head.type && !type_.empty()) {
    if (reader_ != nullptr) {
      reader_->begin_next();
    }
    return;
  }
  choose_reader(head.type);
}

// Most sets of a group are of one type.
void CanonicalSink::choose_reader(const std::string& type) {
  type_ = type;
  reader_ = nullptr;
  table_ = grammar_ && grammar_->find_set(type) != nullptr ? partners_.mappings(partner_).find(type)
                                                           : nullptr;
  if (table_ == nullptr) {
    return;
  }
  auto& reader = readers_[{grammar_.get(), table_}];
  if (!reader) {
    reader = std::make_unique<CanonicalReader>(compile(*table_, *grammar_));
    kept_.push_back(grammar_);
  }
  reader_ = reader.get();
  reader_->begin(partner_given_, interchange_.delimiters.component);
}

void CanonicalSink::segment(const SegmentView& segment, std::uint32_t) {
  if (reader_ != nullptr) {
    translates_ ? translated(segment) : reader_->segment(segment);
  }
}

void CanonicalSink::segments(std::span<SegmentView> run, std::uint32_t) {
  if (reader_ == nullptr) {
    return;
  }
  if (!translates_) {
    reader_->segments(run);
    return;
  }
  for (const auto& one : run) {
    translated(one);
  }
}

void CanonicalSink::translated(const SegmentView& segment) {
  elements_.resize(segment.count);
  for (std::uint32_t n = 1; n <= segment.count; ++n) {
    elements_[n - 1] = partner_->incoming(segment.id(), n, segment.at(n));
  }
  reader_->segment(segment.id(), elements_.data(), elements_.size());
}

void CanonicalSink::set_ends(const SetEnd& end) {
  CanonicalResult result;
  result.set = &set_;
  result.end = &end;
  result.partner = partner_;
  result.table = table_;
  if (reader_ != nullptr) {
    result.problems = &reader_->problems();
    result.unmapped = &reader_->unmapped();
    if (end.status() != 'R' || rejected_too_) {
      const auto& documents = reader_->end();
      for (const auto document : documents) {
        result.data = document;
        take_(result);
        ++result.document;
      }
      if (!documents.empty()) {
        return;
      }
    }
  }
  take_(result);
}

}  // namespace crossdock::x12
