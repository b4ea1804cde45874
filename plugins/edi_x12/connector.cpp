// EDI X12 over folders, SFTP and AS2. In: what partners send becomes canonical messages by their
// mappings, and is answered as their profiles say; what cannot be used becomes a dead letter. Out:
// what the host tells of orders, shipments and invoices, as the sets that each partner wants.
//
// What survives a crash, and how (docs/reference/x12-transports.md has it at length):
//  - One file is one batch: messages, control numbers, the answers and the note that the file was
//    taken commit together. Only then the file is put away at its source, or its AS2 receipt given.
//  - An answer is a message of this connector to itself, so that the host brings it out like any
//    other.
//  - The control number of an outgoing document is stored under the document's own id before it is
//    sent, with the time it bears. Delivered again, it becomes the same file again.
#include <openssl/sha.h>

#include <crossdock/connector.hpp>

#include "plugins/edi_x12/exchange/intake.hpp"
#include "plugins/edi_x12/exchange/issuing.hpp"
#include "plugins/edi_x12/exchange/messages.hpp"
#include "plugins/edi_x12/exchange/under_way.hpp"
#include "plugins/edi_x12/settings.hpp"
#include "plugins/edi_x12/transports/as2/station.hpp"
#include "plugins/edi_x12/transports/folder.hpp"
#include "plugins/edi_x12/transports/sftp.hpp"

namespace crossdock::edi {
namespace {

// So long an AS2 sender waits for our commit; the host gives up on a webhook after 20 s.
constexpr auto kCommitWithin = std::chrono::seconds(15);
constexpr auto kTakenWithin = std::chrono::seconds(10);

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

class EdiX12 final : public Connector {
 public:
  EdiX12(Host host, const Config& config)
      : host_(std::move(host)),
        config_(config),
        partners_(config_),
        numbers_(host_),
        intake_(host_, partners_),
        issuing_(host_, partners_, numbers_, ways_) {
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

  void accepted(std::uint64_t tag) override { under_way_.accepted(tag); }

  // An AS2 transmission. Its receipt is given when what it brought is durable.
  WebhookAnswer webhook(const WebhookRequest& request) override {
    if (station_ == nullptr) {
      return Connector::webhook(request);
    }
    return station_->receive(
        request, {[this](const as2::Arrival& arrival, Batch&& batch) {
                    return take_now(arrival, std::move(batch));
                  },
                  [this](const std::string& label) { return under_way_.is_open(label); }});
  }

  Outcome deliver(const Message& message) override { return *bring(message, Wanted::sent); }

  // After a try in doubt: the way that it took may know by now what became of it.
  std::optional<Outcome> find(const Message& message) override {
    return bring(message, Wanted::found);
  }

 private:
  std::optional<Outcome> bring(const Message& message, Wanted wanted) {
    if (message.type == kTransmission) {
      return issuing_.transmit(message, wanted);
    }
    if (message.type == as2::kReceiptDue && station_ != nullptr) {
      // A receipt that comes twice does no harm.
      return wanted == Wanted::found ? std::nullopt
                                     : std::optional(station_->send_receipt(message));
    }
    return issuing_.issue(message, wanted);
  }

  // One file of a polled way. False: the host takes nothing now.
  bool look_at(const std::string& way, Transport& transport, const std::string& file) {
    const std::string name = way.empty() ? file : way + "/" + file;
    if (under_way_.is_open(name)) {
      return true;  // emitted, not durable yet
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
      finish(transport, file, name, taken, digest);
      return true;
    }
    Batch batch;
    batch.state.push_back({taken, "taken"});
    return take({name, &*bytes, digest, nullptr}, std::move(batch));
  }

  // Everything in a file becomes one batch, beside what the way itself adds to it. False: the host
  // did not take it.
  bool take(const ArrivedFile& file, Batch batch) {
    auto numbers = numbers_.turn();
    intake_.take(file, numbers, batch);
    return give(file.name, batch);
  }

  bool give(const std::string& name, Batch& batch) {
    return under_way_.give(name, batch,
                           [this](const Batch& whole) { return host_.emit(whole, kTakenWithin); });
  }

  // What came over AS2, now: true once it is durable. A sender who hears false comes again.
  bool take_now(const as2::Arrival& arrival, Batch&& batch) {
    if (under_way_.is_open(arrival.label)) {
      return false;
    }
    const bool given =
        arrival.bytes
            ? take({arrival.label, &*arrival.bytes, digest_of(*arrival.bytes), &arrival.way},
                   std::move(batch))
            : give(arrival.label, batch);
    return given &&
           under_way_.wait(arrival.label, kCommitWithin, [this] { return host_.stopping(); });
  }

  // The file's batch is durable: puts it away. Done again after a crash.
  void finish(Transport& transport, const std::string& file, const std::string& name,
              const std::string& taken, const std::string& digest) {
    if (!transport.put_away(file, digest)) {
      host_.log(Level::error, "the file " + name + " cannot be put away; tried again");
      return;
    }
    under_way_.forget(name);
    if (!host_.put_state({{taken, std::nullopt}})) {
      host_.log(Level::warning,
                "what is known of the archived file " + name + " could not be forgotten");
    }
  }

  Host host_;
  const Config config_;
  Ways ways_;
  std::unique_ptr<as2::Station> station_;  // where there are as2 blocks
  TradingPartners partners_;
  ControlNumbers numbers_;
  Intake intake_;
  Issuing issuing_;
  UnderWay under_way_;
};

}  // namespace
}  // namespace crossdock::edi

CROSSDOCK_CONNECTOR(crossdock::edi::EdiX12, crossdock::edi::config_schema)
