// EDI X12 over folders, SFTP and AS2. In: 850 becomes an order, 997 an acknowledgement; what cannot
// be used is refused by 997 and becomes a dead letter. Out: 855, 856 and 810.
//
// What survives a crash, and how (README.md has it at length):
//  - One file is one batch: messages, control numbers, the 997s and the note that the file was
//  taken
//    commit together. Only then the file is put away at its source, or its AS2 receipt given.
//  - A 997 is a message of this connector to itself, so that the host brings it out like any other.
//  - The control number of an outgoing document is stored under the document's own id before it is
//    sent, with the time it bears. Delivered again, it becomes the same file again.
#include <openssl/sha.h>

#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <crossdock/connector.hpp>
#include <map>
#include <mutex>

#include "crossdock/canonical/documents.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/inbound.hpp"
#include "plugins/edi_x12/outbound.hpp"
#include "plugins/edi_x12/partners.hpp"
#include "plugins/edi_x12/transports/as2/station.hpp"
#include "plugins/edi_x12/transports/folder.hpp"
#include "plugins/edi_x12/transports/sftp.hpp"

namespace crossdock::edi {
namespace {

// A document of ours to be brought to a partner; its bytes are the message's original.
constexpr std::string_view kTransmission = "crossdock.edi_x12.transmission.requested.v1";
// So long an AS2 sender waits for our commit; the host gives up on a webhook after 20 s.
constexpr auto kCommitWithin = std::chrono::seconds(15);

std::string digest_of(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const auto byte : digest) {
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

// A control number and the instant its document bears, as kept in the connector's state.
struct Allotted {
  std::uint64_t number = 0;
  std::int64_t at_ns = 0;

  std::string text() const { return std::to_string(number) + " " + std::to_string(at_ns); }
  static std::optional<Allotted> parse(const std::optional<std::string>& text) {
    if (!text) {
      return std::nullopt;
    }
    return Allotted{std::stoull(*text), std::stoll(text->substr(text->find(' ') + 1))};
  }
  x12::Control control() const { return {number, number, 1}; }
};

std::string file_name(std::string_view kind, const Partner& partner, std::uint64_t number) {
  return std::string(kind) + "-" + partner.name + "-" + x12::padded(number, 9) + ".x12";
}

canonical::Finding to_canonical(const x12::Finding& f) {
  canonical::Finding out;
  out.code = f.name();
  out.severity = f.severity == x12::Severity::error     ? "error"
                 : f.severity == x12::Severity::warning ? "warning"
                                                        : "notice";
  out.message = f.message;
  out.offset = static_cast<std::int64_t>(f.offset);
  out.where = f.segment_id + (f.segment != 0 ? " at segment " + std::to_string(f.segment) : "");
  return out;
}

template <class T>
Message message_of(std::string_view type, const T& data, std::string idempotency_key) {
  Message out;
  out.type = type;
  out.dataschema = canonical::entity_of(type)->dataschema;
  out.data = canonical::encode(data);
  out.idempotency_key = std::move(idempotency_key);
  return out;
}

class EdiX12 final : public Connector {
 public:
  EdiX12(Host host, const Config& config) : host_(std::move(host)), config_(config) {
    ways_[""] = std::make_unique<FolderTransport>(config.inbox, config.outbox, config.archive,
                                                  config.settle);
    const auto add = [this](const std::string& name, std::unique_ptr<Transport> way) {
      if (name.empty() || !ways_.emplace(name, std::move(way)).second) {
        throw std::runtime_error("the as2 and sftp blocks need names of their own; \"" + name +
                                 "\" is given twice or empty");
      }
    };
    for (const auto& sftp : config_.sftp) {
      add(sftp.name, std::make_unique<SftpTransport>(sftp));
    }
    if (config_.as2_station.size() > 1 || (config_.as2_station.empty() && !config_.as2.empty())) {
      throw std::runtime_error("as2 blocks need one as2_station block, which says who we are");
    }
    if (!config_.as2_station.empty()) {
      station_ = std::make_unique<as2::Station>(host_, config_.as2_station.front(), config_.as2);
      for (const auto& as2 : config_.as2) {
        add(as2.name, station_->transport(as2.name));
      }
    }
    for (const auto& partner : config_.partners) {
      if (!ways_.contains(partner.via)) {
        throw std::runtime_error("partner " + partner.name + " goes via \"" + partner.via +
                                 "\", but there is no as2 or sftp block of that name");
      }
    }
  }

  void start() override {
    for (const auto& [name, way] : ways_) {
      way->open();
    }
  }

  // --- in
  // -----------------------------------------------------------------------------------------

  // One way that fails holds up no other.
  Outcome poll(const Cursor&) override {
    std::string trouble;
    for (const auto& [way, transport] : ways_) {
      try {
        transport->tick();
        for (const auto& file : transport->arrived()) {
          if (host_.stopping()) {
            return Outcome::done();
          }
          if (!look_at(way, *transport, file)) {
            return Outcome::retry("the host takes nothing at the moment");
          }
        }
      } catch (const std::exception& fault) {
        trouble += (trouble.empty() ? "" : "; ") + std::string(fault.what());
      }
    }
    return trouble.empty() ? Outcome::done() : Outcome::retry(trouble);
  }

  void accepted(std::uint64_t tag) override {
    const std::lock_guard lock(mutex_);
    for (auto& [name, one] : under_way_) {
      if (one.tag == tag) {
        one.accepted = true;
      }
    }
    wake_.notify_all();
  }

  // An AS2 transmission. Its receipt is given when what it brought is durable.
  WebhookAnswer webhook(const WebhookRequest& request) override {
    if (station_ == nullptr) {
      return Connector::webhook(request);
    }
    return station_->receive(request,
                             {[this](const as2::Arrival& arrival, Batch&& batch) {
                                return take_now(arrival, std::move(batch));
                              },
                              [this](const std::string& label) { return is_open(label); }});
  }

  // --- out
  // ----------------------------------------------------------------------------------------

  Outcome deliver(const Message& message) override { return *bring(message, Wanted::sent); }

  // After a try in doubt: the way that it took may know by now what became of it.
  std::optional<Outcome> find(const Message& message) override {
    return bring(message, Wanted::found);
  }

 private:
  struct UnderWay {
    std::uint64_t tag = 0;
    bool accepted = false;
  };
  enum class Wanted : std::uint8_t { sent, found };

  // Brings a message to its partner, or looks whether an earlier try did; nothing: it did not.
  std::optional<Outcome> bring(const Message& message, Wanted wanted) {
    if (message.type == kTransmission) {
      return transmit(message, wanted);
    }
    if (message.type == as2::kReceiptDue && station_ != nullptr) {
      // A receipt that comes twice does no harm.
      return wanted == Wanted::found ? std::nullopt
                                     : std::optional(station_->send_receipt(message));
    }
    if (message.type == canonical::kOrderAcknowledged) {
      return issue<canonical::OrderAcknowledgement>(message, wanted, "855", &write_855);
    }
    if (message.type == canonical::kShipmentAdvised) {
      return issue<canonical::ShipNotice>(message, wanted, "856", &write_856);
    }
    if (message.type == canonical::kInvoiceIssued) {
      return issue<canonical::InvoiceNotice>(message, wanted, "810", &write_810);
    }
    return Outcome::rejected("there is no X12 document for " + message.type);
  }

  std::optional<Outcome> over(const Partner& partner, const Parcel& parcel, Wanted wanted) {
    Transport& way = *ways_.at(partner.via);
    return wanted == Wanted::sent ? std::optional(way.send(parcel)) : way.find(parcel);
  }

  template <class Document>
  std::optional<Outcome> issue(const Message& message, Wanted wanted, const char* kind,
                               std::string (*write)(const Document&, const x12::EnvelopeSettings&,
                                                    x12::Control)) {
    const auto decoded = canonical::decode<Document>(message.data);
    if (!decoded.value) {
      return Outcome::rejected(canonical::to_text(decoded.problems));
    }
    const Partner* partner = partner_by_name(config_, decoded.value->order.channel);
    if (partner == nullptr) {
      return Outcome::rejected("channel " + decoded.value->order.channel +
                               " is not a trading partner of this connector; add a partner block");
    }
    const std::string key = std::string("out/") + kind + "/" + message.subject;
    auto allotted = Allotted::parse(host_.state(key));
    if (!allotted && wanted == Wanted::found) {
      return std::nullopt;  // it never got as far as a number
    }
    if (!allotted) {
      allotted = allot(*partner, key);
      if (!allotted) {
        return Outcome::retry("no control number could be stored");
      }
    }
    std::string bytes;
    try {
      bytes = write(*decoded.value, envelope_to(config_, *partner, allotted->at_ns),
                    allotted->control());
    } catch (const x12::NotWritable& fault) {
      return Outcome::rejected(fault.what());
    }
    const std::string name = file_name(kind, *partner, allotted->number);
    auto outcome = over(*partner, {partner->name, name, bytes}, wanted);
    if (!outcome || !outcome->is_done()) {
      return outcome;
    }
    auto issued = message_of(canonical::kDocumentIssued,
                             document_issued(kind, *partner, *allotted, name, message.subject),
                             std::string(kind) + ":" + message.subject);
    issued.business_key = message.business_key;
    issued.correlation_id = message.correlation_id;
    issued.causation_id = message.id;
    issued.subject = message.subject;
    const std::string answer = outcome->evidence().answer;
    return std::move(*outcome).with(Evidence{bytes, answer}).emitting(std::move(issued));
  }

  // A document that was written when it was decided on (a 997): its bytes travel with the message.
  std::optional<Outcome> transmit(const Message& message, Wanted wanted) {
    boost::json::error_code error;
    const auto data = boost::json::parse(message.data, error);
    const auto* fields = error ? nullptr : data.if_object();
    const auto field = [&](const char* name) {
      const auto* value = fields == nullptr ? nullptr : fields->if_contains(name);
      return value != nullptr && value->is_string() ? std::string(value->as_string())
                                                    : std::string();
    };
    const Partner* partner = partner_by_name(config_, field("partner"));
    if (partner == nullptr) {
      return Outcome::rejected("\"" + field("partner") +
                               "\" is not a trading partner of this connector (any more); add a "
                               "partner block, then replay");
    }
    return over(*partner, {partner->name, field("file"), message.original}, wanted);
  }

  static Message transmission(const Partner& partner, const std::string& file, std::string bytes) {
    Message out;
    out.type = kTransmission;
    out.target = "self";
    out.data =
        boost::json::serialize(boost::json::object{{"partner", partner.name}, {"file", file}});
    out.original = std::move(bytes);
    out.original_type = "application/EDI-X12";
    out.idempotency_key = "transmit:" + file;
    return out;
  }

  static canonical::DocumentIssued document_issued(const std::string& kind, const Partner& partner,
                                                   const Allotted& allotted,
                                                   const std::string& name,
                                                   const std::string& refers_to) {
    canonical::DocumentIssued out;
    out.kind = kind;
    out.control = {x12::padded(allotted.number, 9), std::to_string(allotted.number), "0001", {}};
    out.partner = partner.name;
    out.file = name;
    out.refers_to = refers_to;
    out.issued_at.ns = allotted.at_ns;
    return out;
  }

  // The next control number for a partner, stored under `key` before anything bears it.
  std::optional<Allotted> allot(const Partner& partner, const std::string& key) {
    const std::lock_guard lock(numbers_mutex_);
    Batch none;
    const Allotted allotted = next_number(partner, key, none);
    if (!host_.put_state(none.state)) {
      return std::nullopt;
    }
    return allotted;
  }

  // Caller holds numbers_mutex_ until the batch is taken; then the state shows the new number.
  Allotted next_number(const Partner& partner, const std::string& key, Batch& batch) {
    const std::string counter = "control/" + partner.name;
    std::uint64_t last = 0;
    for (const auto& change : batch.state) {
      if (change.key == counter) {
        last = std::stoull(*change.value);
      }
    }
    if (last == 0) {
      last = std::stoull(host_.state(counter).value_or("0"));
    }
    const Allotted allotted{last % 999'999'999 + 1, host_.now_ns()};
    batch.state.push_back({counter, std::to_string(allotted.number)});
    if (!key.empty()) {
      batch.state.push_back({key, allotted.text()});
    }
    return allotted;
  }

  // One file of a polled way. False: the host takes nothing now.
  bool look_at(const std::string& way, Transport& transport, const std::string& file) {
    const std::string name = way.empty() ? file : way + "/" + file;
    {
      const std::lock_guard lock(mutex_);
      const auto found = under_way_.find(name);
      if (found != under_way_.end() && !found->second.accepted) {
        return true;  // emitted, not durable yet
      }
    }
    const auto bytes = transport.fetch(file);
    if (!bytes) {
      host_.log(Level::error,
                "the file " + name + " cannot be read, or is larger than 64 MiB; left alone");
      return true;
    }
    const std::string digest = digest_of(*bytes);
    const std::string taken = "file/" + name + "/" + digest;
    if (host_.state(taken)) {
      finish(transport, file, name, digest);
      return true;
    }
    Batch batch;
    batch.state.push_back({taken, "taken"});
    return take(name, *bytes, digest, nullptr, std::move(batch));
  }

  // Takes a file: everything in it becomes one batch, beside what the way itself adds to it.
  // `only_via`: the way vouches for its sender, who may speak for the partners that go via it only.
  // False: the host did not take it.
  bool take(const std::string& name, const std::string& bytes, const std::string& digest,
            const std::string* only_via, Batch batch) {
    const std::lock_guard numbers(numbers_mutex_);
    const auto file = x12::read_checked(bytes, x12::by_release(grammars_));
    if (file.interchanges.empty()) {
      reject(batch, "file", bytes, file.findings, {}, nullptr, name,
             "nothing in it can be read as X12", "file:" + digest);
    }
    for (const auto& interchange : file.interchanges) {
      take_interchange(interchange, name, digest, only_via, batch);
    }
    return emit(name, batch);
  }

  bool emit(const std::string& name, Batch& batch) {
    batch.tag = ++next_tag_;
    {
      const std::lock_guard lock(mutex_);
      under_way_[name] = {batch.tag, false};
    }
    if (!host_.emit(batch, std::chrono::seconds(10))) {
      const std::lock_guard lock(mutex_);
      under_way_.erase(name);
      return false;
    }
    return true;
  }

  // What came over AS2, now: true once it is durable. A sender who hears false comes again.
  bool take_now(const as2::Arrival& arrival, Batch&& batch) {
    if (is_open(arrival.label)) {
      return false;
    }
    const bool given = arrival.bytes
                           ? take(arrival.label, *arrival.bytes, digest_of(*arrival.bytes),
                                  &arrival.way, std::move(batch))
                           : emit(arrival.label, batch);
    std::unique_lock lock(mutex_);
    const bool durable = given && wake_.wait_for(lock, kCommitWithin, [&] {
      return under_way_.at(arrival.label).accepted;
    });
    if (durable) {
      under_way_.erase(arrival.label);
    }
    return durable;
  }

  // Given to the host, but nobody knows yet whether it is durable: the state shows it already, so
  // nothing may be concluded from it.
  bool is_open(const std::string& label) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(label);
    return found != under_way_.end() && !found->second.accepted;
  }

  void take_interchange(const x12::Interchange& interchange, const std::string& name,
                        const std::string& digest, const std::string* only_via, Batch& batch) {
    const Partner* partner =
        partner_by_id(config_, interchange.sender_qualifier, interchange.sender);
    const std::string sender(interchange.sender);
    const std::string isa(interchange.control);
    const std::string key = sender + ":" + isa;
    if (partner == nullptr) {
      reject(batch, "interchange", interchange.bytes, interchange.findings, {isa, "", "", {}},
             nullptr, name,
             "its sender " + std::string(interchange.sender_qualifier) + "/" + sender +
                 " is not a trading partner; add a partner block",
             "interchange:" + key + ":" + digest);
      return;
    }
    if (only_via != nullptr && partner->via != *only_via) {
      reject(batch, "interchange", interchange.bytes, interchange.findings, {isa, "", "", {}},
             partner, name,
             "it names " + partner->name + " as its sender, but came via " + *only_via +
                 ", which does not speak for that partner",
             "interchange:" + key + ":" + digest);
      return;
    }
    const std::string seen_key = "seen/" + key;
    const auto seen = host_.state(seen_key);
    const bool repeated = seen.has_value() || noted(batch, seen_key);
    if (repeated) {
      canonical::RepeatedDocument out;
      out.kind = "interchange";
      out.key = isa;
      out.control.interchange = isa;
      out.partner = partner->name;
      out.file = name;
      batch.messages.push_back(message_of(canonical::kDocumentRepeated, out,
                                          "repeat:" + key + ":" + name + ":" + digest));
    } else {
      batch.state.push_back({seen_key, name});
    }
    bool rejected = false;
    for (const auto& group : interchange.groups) {
      if (group.functional_id == "FA") {
        if (!repeated) {
          take_acknowledgements(group, *partner, key, batch);
        }
        continue;
      }
      if (!repeated) {
        for (std::size_t i = 0; i < group.sets.size(); ++i) {
          rejected |= !take_set(group, group.sets[i], *partner, key, name, batch);
        }
      }
      const auto allotted = next_number(*partner, {}, batch);
      const auto file = file_name("997", *partner, allotted.number);
      batch.messages.push_back(transmission(
          *partner, file,
          x12::write_997(x12::report_of(group), envelope_to(config_, *partner, allotted.at_ns),
                         allotted.control())));
      batch.messages.push_back(message_of(
          canonical::kDocumentIssued, document_issued("997", *partner, allotted, file, key),
          "997:" + key + ":" + std::string(group.control) + ":" + digest + ":" + name));
    }
    if (!repeated && !rejected && !interchange.whole) {
      reject(batch, "interchange", interchange.bytes.substr(0, 4096), interchange.findings,
             {isa, "", "", {}}, partner, name, worst(interchange.findings).message,
             "interchange:" + key);
    }
  }

  static bool noted(const Batch& batch, const std::string& key) {
    return std::any_of(batch.state.begin(), batch.state.end(),
                       [&](const StateChange& change) { return change.key == key; });
  }

  // True when the set became a message.
  bool take_set(const x12::Group& group, const x12::TransactionSet& set, const Partner& partner,
                const std::string& interchange, const std::string& name, Batch& batch) {
    const std::string isa = interchange.substr(interchange.find(':') + 1);
    const canonical::ControlNumbers control{
        isa, std::string(group.control), std::string(set.control), {}};
    const std::string key = std::string(set.type) + ":" + interchange + ":" +
                            std::string(group.control) + ":" + std::string(set.control);
    if (!set.usable()) {
      reject(batch, std::string(set.type), set.bytes, set.findings, control, &partner, name,
             set.findings.empty() ? "the set is not complete" : worst(set.findings).message, key);
      return false;
    }
    std::vector<std::string> problems;
    const auto order = to_order(set, partner, config_, problems);
    for (const auto& problem : canonical::validate(order)) {
      problems.push_back(problem.path + " " + problem.message);
    }
    if (!problems.empty()) {
      std::string reason;
      for (const auto& problem : problems) {
        reason += (reason.empty() ? "" : "; ") + problem;
      }
      reject(batch, std::string(set.type), set.bytes, {}, control, &partner, name, reason, key);
      return false;
    }
    auto message = message_of(canonical::kOrderCaptured, order, key);
    message.business_key = "order:" + partner.name + ":" + order.header.po_number;
    message.occurred_at_ns = order.header.placed_at.ns;
    message.original = std::string(set.bytes);
    message.original_type = "application/EDI-X12";
    batch.messages.push_back(std::move(message));
    return true;
  }

  static void reject(Batch& batch, const std::string& kind, std::string_view bytes,
                     const std::vector<x12::Finding>& findings,
                     const canonical::ControlNumbers& control, const Partner* partner,
                     const std::string& name, const std::string& reason, const std::string& key) {
    canonical::RejectedDocument out;
    out.kind = kind;
    out.reason = reason;
    out.control = control;
    out.partner = partner != nullptr ? partner->name : "";
    out.file = name;
    for (const auto& one : findings) {
      if (out.findings.size() < 100) {
        out.findings.push_back(to_canonical(one));
      }
    }
    if (!findings.empty()) {
      const auto& first = worst(findings);
      out.where =
          "file " + name + ", byte " + std::to_string(first.offset + 1) +
          (first.segment != 0 ? ", segment " + std::to_string(first.segment) + " of the set" : "");
    } else {
      out.where = "file " + name;
    }
    auto message = message_of(canonical::kDocumentRejected, out, "rejected:" + key);
    message.original = std::string(bytes);
    message.original_type = "application/EDI-X12";
    batch.messages.push_back(std::move(message));
  }

  void take_acknowledgements(const x12::Group& group, const Partner& partner,
                             const std::string& interchange, Batch& batch) {
    static const std::map<std::string_view, const char*> kKinds = {
        {"PR", "855"}, {"SH", "856"}, {"IN", "810"}};
    for (const auto& set : group.sets) {
      canonical::DocumentAcknowledged out;
      out.partner = partner.name;
      std::size_t number = 0;
      const auto give = [&] {
        batch.messages.push_back(message_of(canonical::kDocumentAcknowledged, out,
                                            "ack:" + interchange + ":" + std::string(set.control) +
                                                ":" + std::to_string(++number)));
      };
      bool any = false;
      for (const auto& s : set.segments) {
        if (s.id == "AK1") {
          const auto kind = kKinds.find(s.at(1));
          out.kind = kind == kKinds.end() ? std::string(s.at(1)) : kind->second;
          out.control.group = s.at(2);
          out.control.interchange =
              x12::padded(std::strtoull(out.control.group.c_str(), nullptr, 10), 9);
        } else if (s.id == "AK2") {
          out.control.set = s.at(2);
        } else if (s.id == "AK5") {
          out.status = s.at(1);
          give();
          any = true;
        } else if (s.id == "AK9" && !any) {
          out.status = s.at(1);
          out.control.set.clear();
          give();
        }
      }
    }
  }

  // The file's batch is durable: puts it away. Done again after a crash.
  void finish(Transport& transport, const std::string& file, const std::string& name,
              const std::string& digest) {
    if (!transport.put_away(file, digest)) {
      host_.log(Level::error, "the file " + name + " cannot be put away; tried again");
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      under_way_.erase(name);
    }
    if (!host_.put_state({{"file/" + name + "/" + digest, std::nullopt}})) {
      host_.log(Level::warning,
                "what is known of the archived file " + name + " could not be forgotten");
    }
  }

  Host host_;
  const Config config_;
  std::map<std::string, std::unique_ptr<Transport>> ways_;  // by name; "": the folders
  std::unique_ptr<as2::Station> station_;                   // where there are as2 blocks
  x12::GrammarLibrary grammars_{{x12::default_grammar_folder()}};
  std::mutex numbers_mutex_;  // from reading a counter until the batch with its next value is taken
  std::mutex mutex_;
  std::condition_variable wake_;               // something was accepted
  std::map<std::string, UnderWay> under_way_;  // by the name that the file has with us
  std::atomic<std::uint64_t> next_tag_{0};
};

}  // namespace
}  // namespace crossdock::edi

CROSSDOCK_CONNECTOR(crossdock::edi::EdiX12, crossdock::edi::config_schema)
