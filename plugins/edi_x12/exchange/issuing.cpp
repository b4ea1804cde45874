#include "plugins/edi_x12/exchange/issuing.hpp"

#include <boost/json.hpp>

#include "plugins/edi_x12/exchange/canonical_document.hpp"
#include "plugins/edi_x12/exchange/messages.hpp"
#include "plugins/edi_x12/exchange/warehouse_work.hpp"

namespace crossdock::edi {
std::optional<Outcome> Issuing::over(const TradingPartner& to, const Parcel& parcel,
                                     Wanted wanted) const {
  Transport& way = *ways_.at(to.settings->via);
  return wanted == Wanted::sent ? std::optional(way.send(parcel)) : way.find(parcel);
}

std::string Issuing::write(const TradingPartner& to, const std::string& set, std::string_view json,
                           const Allotted& allotted) {
  const auto settings = partners_.envelope(to, allotted.at_ns);
  const auto made = documents_.make(to.profile, settings.version, set, json);
  if (!made.problems.empty()) {
    throw x12::NotWritable(all_of_them(made.problems));
  }
  for (const auto& path : made.unclaimed) {
    host_.log(Level::debug, "set " + set + " to " + to.name() + " has no place for " + path);
  }
  x12::InterchangeWriter out(settings, allotted.number);
  out.begin_group(made.set.functional_id, allotted.number);
  out.begin_set(made.set.type, 1);
  for (const auto& line : made.set.segments) {
    out.segment(line.id, {line.elements.begin(), line.elements.end()});
  }
  out.end_set();
  out.end_group();
  auto bytes = out.finish();
  const auto foreseen =
      x12::foresee(bytes, partners_.documents().grammar(to.profile, settings.version));
  if (foreseen.rejected) {
    throw x12::NotWritable("the partner would refuse it: " + all_of_them(foreseen.findings));
  }
  if (!foreseen.findings.empty()) {
    host_.log(Level::warning,
              "set " + set + " to " + to.name() +
                  " is not quite as its grammar wants it: " + all_of_them(foreseen.findings));
  }
  return bytes;
}

std::optional<Outcome> Issuing::issue(const Message& message, Wanted wanted) {
  std::vector<std::string> problems;
  const auto prepared = prepare(message, partners_, problems);
  if (!problems.empty()) {
    return Outcome::rejected(all_of_them(problems));
  }
  const auto* to = prepared.to;
  const auto* table = partners_.outgoing(*to, prepared.written_as);
  if (table == nullptr && partners_.spared(*to, prepared.written_as)) {
    return Outcome::done();  // his profile wants none
  }
  if (table == nullptr) {
    return Outcome::rejected("there is no X12 document for " + message.type);
  }
  std::optional<WarehouseWork> work;
  if (prepared.written_as == canonical::kFulfillmentRequested) {
    work = work_of(message);
    if (work->cancels && to->settings->cancellation == "none") {
      return Outcome::done().emitting(cancellation_refused(message, *work, to->name()));
    }
  }
  // A cancellation is a document of its own about the same work.
  const std::string about = message.subject + (work && work->cancels ? "/cancel" : "");
  const std::string key = "out/" + table->set + "/" + about;
  const auto remember = [&](const Allotted& number, Batch& batch) {
    for (auto change : {work ? awaited(*to, number, *work) : std::nullopt, prepared.note}) {
      if (change) {
        batch.state.push_back(std::move(*change));
      }
    }
  };
  const auto allotted =
      wanted == Wanted::found ? numbers_.known(key) : numbers_.number_of(to->name(), key, remember);
  if (!allotted) {
    // Looked for: it never got as far as a number.
    return wanted == Wanted::found ? std::nullopt
                                   : std::optional(Outcome::retry("no control number could be "
                                                                  "stored"));
  }
  std::string bytes;
  try {
    bytes = write(*to, table->set, prepared.json, *allotted);
  } catch (const x12::NotWritable& fault) {
    return Outcome::rejected(fault.what());
  }
  const std::string name = file_name(table->set, to->name(), allotted->number);
  auto outcome = over(*to, {to->name(), name, bytes}, wanted);
  if (!outcome || !outcome->is_done()) {
    return outcome;
  }
  auto issued = message_of(canonical::kDocumentIssued,
                           document_issued(table->set, *to, *allotted, name, about),
                           table->set + ":" + about);
  issued.business_key = message.business_key;
  issued.correlation_id = message.correlation_id;
  issued.causation_id = message.id;
  issued.subject = message.subject;
  const std::string answer = outcome->evidence().answer;
  auto out = std::move(*outcome).with(Evidence{bytes, answer}).emitting(std::move(issued));
  auto taken = work ? taken_when_sent(*to, *work) : std::nullopt;
  return taken ? std::move(out).emitting(std::move(*taken)) : std::move(out);
}

std::optional<Outcome> Issuing::transmit(const Message& message, Wanted wanted) {
  boost::json::error_code error;
  const auto data = boost::json::parse(message.data, error);
  const auto* fields = error ? nullptr : data.if_object();
  const auto field = [&](const char* name) {
    const auto* value = fields == nullptr ? nullptr : fields->if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  };
  const auto* to = partners_.named(field("partner"));
  if (to == nullptr) {
    return Outcome::rejected("\"" + field("partner") +
                             "\" is not a trading partner of this connector (any more); add a "
                             "partner block, then replay");
  }
  return over(*to, {to->name(), field("file"), message.original}, wanted);
}

}  // namespace crossdock::edi
