#include "plugins/edi_x12/exchange/intake.hpp"

#include <algorithm>

#include "plugins/edi_x12/exchange/acknowledged.hpp"
#include "plugins/edi_x12/exchange/canonical_document.hpp"
#include "plugins/edi_x12/exchange/messages.hpp"
#include "plugins/edi_x12/exchange/our_numbers.hpp"
#include "plugins/edi_x12/profile/judgement.hpp"

namespace crossdock::edi {
namespace {

constexpr std::size_t kShownOfAnInterchange = 4096;  // bytes, in a dead letter

bool noted(const Batch& batch, const std::string& key) {
  return std::any_of(batch.state.begin(), batch.state.end(),
                     [&](const StateChange& change) { return change.key == key; });
}

}  // namespace

struct Intake::Taking {
  const ArrivedFile& file;
  const TradingPartner& partner;
  std::string control;  // ISA13
  std::string key;      // sender and ISA13
  bool repeated = false;
};

void Intake::take(const ArrivedFile& file, ControlNumbers::Turn& numbers, Batch& batch) {
  const auto received = read_received(*file.bytes, partners_);
  if (received.interchanges.empty()) {
    batch.messages.push_back(
        refusal({"file",
                 *file.bytes,
                 &received.findings,
                 {},
                 "",
                 file.name,
                 received.fault.empty() ? "nothing in it can be read as X12" : received.fault,
                 "file:" + file.digest}));
    return;
  }
  for (const auto& one : received.interchanges) {
    interchange(one, file, numbers, batch);
  }
}

void Intake::interchange(const ReceivedInterchange& one, const ArrivedFile& file,
                         ControlNumbers::Turn& numbers, Batch& batch) {
  const auto& head = one.report.head;
  const std::string sender(head.sender());
  const std::string control(head.control());
  const std::string key = sender + ":" + control;
  const auto refuse = [&](const TradingPartner* partner, std::string_view bytes,
                          const std::string& reason, const std::string& refusal_key) {
    batch.messages.push_back(refusal({"interchange",
                                      bytes,
                                      &one.report.findings,
                                      {control, "", "", {}},
                                      partner == nullptr ? "" : partner->name(),
                                      file.name,
                                      reason,
                                      "interchange:" + refusal_key}));
  };
  if (one.partner == nullptr) {
    refuse(nullptr, one.bytes,
           "its sender " + std::string(head.sender_qualifier()) + "/" + sender +
               " is not a trading partner; add a partner block",
           key + ":" + file.digest);
    return;
  }
  if (file.only_via != nullptr && one.partner->settings->via != *file.only_via) {
    refuse(one.partner, one.bytes,
           "it names " + one.partner->name() + " as its sender, but came via " + *file.only_via +
               ", which does not speak for that partner",
           key + ":" + file.digest);
    return;
  }
  Taking taking{file, *one.partner, control, key, false};
  const std::string seen_key = "seen/" + key;
  taking.repeated = host_.state(seen_key).has_value() || noted(batch, seen_key);
  if (taking.repeated) {
    canonical::RepeatedDocument out;
    out.kind = "interchange";
    out.key = control;
    out.control.interchange = control;
    out.partner = one.partner->name();
    out.file = file.name;
    batch.messages.push_back(message_of(canonical::kDocumentRepeated, out,
                                        "repeat:" + key + ":" + file.name + ":" + file.digest));
  } else {
    batch.state.push_back({seen_key, file.name});
  }
  bool refused_any = false;
  if (!taking.repeated) {
    add_acknowledgements(host_, one, partners_, key, batch);
    for (std::size_t group = 0; group < one.groups.size(); ++group) {
      refused_any = !sets(one, group, taking, batch) || refused_any;
    }
  }
  answer(one, taking, numbers, batch);
  const bool whole = one.report.end.weight.errors == 0;
  if (!taking.repeated && !refused_any && !whole) {
    refuse(one.partner, one.bytes.substr(0, kShownOfAnInterchange),
           one.report.findings.empty() ? "the interchange is damaged"
                                       : x12::worst(one.report.findings).message,
           key);
  }
}

// True when every set of the group became a message.
bool Intake::sets(const ReceivedInterchange& one, std::size_t group, const Taking& taking,
                  Batch& batch) {
  const auto& head = one.report.groups[group].head;
  if (head.functional_id == "FA") {
    return true;
  }
  if (one.groups[group].partner == nullptr) {
    batch.messages.push_back(refusal(
        {"group",
         one.bytes.substr(0, kShownOfAnInterchange),
         &one.report.groups[group].findings,
         {taking.control, head.control, "", {}},
         taking.partner.name(),
         taking.file.name,
         "its sender " + head.sender + " (GS02) is none of the partners that share the id " +
             std::string(one.report.head.sender()) + "; add a partner block",
         "group:" + taking.key + ":" + head.control}));
    return false;
  }
  bool all = true;
  for (std::size_t i = 0; i < one.groups[group].sets.size(); ++i) {
    all = set(one, group, i, taking, batch) && all;
  }
  return all;
}

bool Intake::set(const ReceivedInterchange& one, std::size_t group, std::size_t index,
                 const Taking& taking, Batch& batch) {
  const auto& report = one.report.groups[group].sets[index];
  const auto& received = one.groups[group].sets[index];
  const auto& partner = *one.groups[group].partner;
  const auto& group_control = one.report.groups[group].head.control;
  const std::string key =
      report.type + ":" + taking.key + ":" + group_control + ":" + report.control;
  const auto refuse = [&](const std::vector<x12::Finding>* findings, const std::string& reason) {
    batch.messages.push_back(refusal({report.type,
                                      received.bytes,
                                      findings,
                                      {taking.control, group_control, report.control, {}},
                                      partner.name(),
                                      taking.file.name,
                                      reason,
                                      key}));
    return false;
  };
  if (report.status == 'R') {
    return refuse(&report.findings, report.findings.empty() ? "the set is not complete"
                                                            : x12::worst(report.findings).message);
  }
  if (received.table == nullptr || received.table->received.empty()) {
    return refuse(nullptr, "set " + report.type +
                               " is read and checked, but no mapping makes a document of it; add "
                               "one to the folder `mappings`");
  }
  if (received.documents.empty()) {
    return refuse(nullptr, all_of_them(received.problems));
  }
  std::vector<std::string> problems;
  std::vector<Message> messages;
  const Sender sender{partner, [&](const std::string& number) {
                        return ours_by_number(host_, partner.name(), number);
                      }};
  for (const auto& document : received.documents) {
    const auto own_key = messages.empty() ? key : key + ":" + std::to_string(messages.size() + 1);
    messages.push_back(canonical_message(*received.table, document, sender, own_key, problems));
  }
  if (!problems.empty()) {
    return refuse(nullptr, all_of_them(problems));
  }
  if (!received.unmapped.empty()) {
    host_.log(Level::warning, report.type + " " + report.control + " of " + partner.name() + " (" +
                                  taking.file.name + ") says more than its mapping takes: " +
                                  all_of_them(received.unmapped) + "; its original has it");
  }
  for (auto& message : messages) {
    message.original = std::string(received.bytes);
    message.original_type = kX12Bytes;
    batch.messages.push_back(std::move(message));
  }
  return true;
}

// TA1, 997 or 999, as the profile wants them: one interchange for the one received.
void Intake::answer(const ReceivedInterchange& one, const Taking& taking,
                    ControlNumbers::Turn& numbers, Batch& batch) {
  const auto rules = x12::answers_for(*taking.partner.profile);
  const auto kind = x12::answer_due(one.report, rules);
  if (kind.empty()) {
    return;
  }
  const auto allotted = numbers.next(taking.partner.name(), batch);
  auto settings = partners_.envelope(taking.partner, allotted.at_ns);
  // The partner's own bytes come back in it, whatever our delimiters are; and a receipt for a
  // receipt is asked for by nobody.
  settings.choose_delimiters = true;
  settings.acknowledgement_wanted = false;
  if (kind == "999" && settings.version.substr(0, 6) < "005010") {
    settings.version = "005010";  // the first release that has it
  }
  const auto file = file_name(kind, taking.partner.name(), allotted.number);
  const auto bytes = x12::write_answer(one.report, rules, settings, allotted.control());
  batch.messages.push_back(transmission(taking.partner, file, *bytes));
  batch.messages.push_back(message_of(
      canonical::kDocumentIssued, document_issued(kind, taking.partner, allotted, file, taking.key),
      std::string(kind) + ":" + taking.key + ":" + taking.file.digest + ":" + taking.file.name));
}

}  // namespace crossdock::edi
