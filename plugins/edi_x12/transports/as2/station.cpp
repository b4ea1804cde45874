#include "plugins/edi_x12/transports/as2/station.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <crossdock/canonical_message.hpp>
#include <ctime>
#include <stdexcept>

#include "crossdock/canonical/documents.hpp"

namespace crossdock::edi::as2 {
namespace {

namespace json = boost::json;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kLongestMessageId = 255;
constexpr std::int64_t kLookEveryNs = kSecond / 2;
constexpr std::size_t kForgetAtOnce = 200;

std::string hex_of(std::string_view bytes, std::size_t digits) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned i = 0; i < size && out.size() < digits; ++i) {
    out.push_back("0123456789abcdef"[digest[i] >> 4]);
    out.push_back("0123456789abcdef"[digest[i] & 15]);
  }
  return out;
}

// AS2 identifiers with blanks come in quotation marks (RFC 4130, 6.2).
std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    return std::string(text);
  }
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) {
      ++i;
    }
    out.push_back(text[i]);
  }
  return out;
}

std::string quoted(const std::string& id) {
  if (id.find_first_of(" \"\\") == std::string::npos) {
    return id;
  }
  std::string out = "\"";
  for (const char c : id) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  return out + "\"";
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string date_of(std::int64_t at_ns) {
  const auto seconds = static_cast<std::time_t>(at_ns / kSecond);
  std::tm time{};
  gmtime_r(&seconds, &time);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &time)};
}

struct Url {
  std::string base;  // scheme, host and port
  std::string path;
};

std::optional<Url> parse_url(const std::string& url) {
  const auto scheme = url.find("://");
  const bool known = url.starts_with("http://") || url.starts_with("https://");
  if (!known || url.size() > 1000 || url.find_first_of("@ \r\n\t") != std::string::npos) {
    return std::nullopt;
  }
  const auto slash = url.find('/', scheme + 3);
  const auto base = url.substr(0, slash);
  return base.size() <= scheme + 3
             ? std::nullopt
             : std::optional(Url{base, slash == std::string::npos ? "/" : url.substr(slash)});
}

HttpOptions options_of(const As2Settings& settings, const std::string& base) {
  HttpOptions out;
  out.base_url = base;
  out.timeout = settings.timeout;
  out.connect_timeout = std::min(settings.timeout, std::chrono::milliseconds(10'000));
  out.ca_file = settings.ca_file;
  return out;
}

WebhookAnswer plain(int status, std::string text) {
  WebhookAnswer out;
  out.status = status;
  out.headers = {{"content-type", "text/plain"}};
  out.body = std::move(text) + "\n";
  return out;
}

std::string text_of(const json::object& in, const char* key) {
  const auto* value = in.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
std::int64_t number_of(const json::object& in, const char* key) {
  const auto* value = in.if_contains(key);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}
bool flag_of(const json::object& in, const char* key) {
  const auto* value = in.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}
std::optional<json::object> object_of(const std::optional<std::string>& text) {
  json::error_code error;
  auto value = text ? json::parse(*text, error) : json::value();
  return !error && value.is_object() ? std::optional(value.as_object()) : std::nullopt;
}

std::string await_key(std::uint64_t number) { return "as2/await/" + std::to_string(number); }
std::string await_id_key(const std::string& message_id) {
  return "as2/await-id/" + hex_of(message_id, 40);
}

// What an operator must look at; it becomes a dead letter.
Message alarm(const json::object& entry, const std::string& reason, const std::string& key) {
  canonical::RejectedDocument out;
  out.kind = "as2-receipt";
  out.reason = reason;
  out.where = "Message-ID " + text_of(entry, "id");
  out.partner = text_of(entry, "partner");
  out.file = text_of(entry, "file");
  return message_of(canonical::kDocumentRejected, out, key);
}

}  // namespace

class Station::Way final : public Transport {
 public:
  Way(Station& station, const Partner& partner, bool first)
      : station_(station), partner_(partner), first_(first) {}
  void open() override {}
  void tick() override {
    if (first_) {  // once for all of the station's ways
      station_.look_after();
    }
  }
  Outcome send(const Parcel& parcel) override { return station_.send(partner_, parcel); }
  std::optional<Outcome> find(const Parcel& parcel) override {
    return station_.find(partner_, parcel);
  }

 private:
  Station& station_;
  const Partner& partner_;
  bool first_;
};

Station::Station(Host host, const As2StationSettings& station,
                 const std::vector<As2Settings>& partners)
    : host_(std::move(host)), settings_(station) {
  identities_.push_back(read_identity(station.certificate, station.key.reveal()));
  if (!station.previous_certificate.empty()) {
    identities_.push_back(
        read_identity(station.previous_certificate, station.previous_key.reveal()));
  }
  for (const auto& one : partners) {
    const std::string where = "as2 " + one.name + ": ";
    Partner partner{one, {}};
    if (!one.certificate.empty()) {
      partner.certificates = read_certificates(one.certificate);
    }
    if (partner.certificates.empty() &&
        (one.encrypt != "none" || one.require_signature || one.signed_receipt)) {
      throw std::runtime_error(where +
                               "give the partner's certificate, or say encrypt none, "
                               "require_signature no and signed_receipt no");
    }
    if (!one.url.empty() && !parse_url(one.url)) {
      throw std::runtime_error(where + "url must be http://HOST[:PORT]/PATH or https://...");
    }
    if (one.receipt == "async" && !parse_url(station.receipt_url)) {
      throw std::runtime_error(where +
                               "receipt async needs as2_station.receipt_url, the address that the "
                               "partner reaches this host's webhook at");
    }
    for (const auto& certificate : partner.certificates) {
      const auto until = valid_until(certificate);
      if (until && *until < host_.now_ns() / kSecond + 30 * 86'400) {
        host_.log(Level::warning, where +
                                      "a certificate of the partner expires within 30 days or "
                                      "has expired; ask for the next one and append it to " +
                                      one.certificate);
      }
    }
    for (const auto& [name, other] : partners_) {
      if (other.settings.id == one.id) {
        throw std::runtime_error(where + "the AS2 identifier " + one.id + " is that of as2 " +
                                 name + " too");
      }
    }
    partners_.emplace(one.name, std::move(partner));
  }
}

std::unique_ptr<Transport> Station::transport(const std::string& name) {
  return std::make_unique<Way>(*this, partners_.at(name), partners_.begin()->first == name);
}

// --- in
// -------------------------------------------------------------------------------------------

WebhookAnswer Station::receive(const WebhookRequest& request, const Keeper& keeper) {
  Call call;
  if (auto refused = understand(request, call)) {
    host_.log(Level::warning, "an AS2 transmission is not taken: " + refused->body);
    return std::move(*refused);
  }
  Unpacked unpacked;
  try {
    unpacked = unpack({std::string(request.header("content-type")),
                       std::string(request.header("content-transfer-encoding")),
                       std::string(request.header("content-disposition"))},
                      request.body, call.partner->settings, identities_, call.partner->certificates,
                      host_.now_ns() / kSecond, call.digest);
  } catch (const std::exception& fault) {
    unpacked.fault = "unexpected-processing-error";
    unpacked.reason = fault.what();
  }
  if (!unpacked.fault.empty()) {
    return refuse(call, unpacked.fault, unpacked.reason, keeper);
  }
  return unpacked.report.empty() ? take_document(call, unpacked, keeper)
                                 : take_receipt(call, unpacked, keeper);
}

// Who speaks, and what is asked for. Returns the refusal of a call that no receipt can answer.
std::optional<WebhookAnswer> Station::understand(const WebhookRequest& request, Call& call) const {
  const std::string from = unquoted(request.header("as2-from"));
  const std::string to = unquoted(request.header("as2-to"));
  if (from.empty() || to.empty()) {
    return plain(400, "this is an AS2 station: AS2-From and AS2-To must say who speaks to whom");
  }
  const auto partner = std::find_if(partners_.begin(), partners_.end(), [&](const auto& one) {
    return one.second.settings.id == from;
  });
  if (to != settings_.id || partner == partners_.end()) {
    return plain(403, to != settings_.id ? "AS2-To is not this station"
                                         : "AS2-From is not a partner of this station");
  }
  call.partner = &partner->second;
  call.message_id = request.header("message-id");
  if (call.message_id.empty() || call.message_id.size() > kLongestMessageId ||
      !is_plain(call.message_id)) {
    return plain(400, "a Message-ID of at most 255 printable characters is needed");
  }
  call.label = "as2/" + partner->first + "/" + call.message_id;
  call.receipt_wanted = !request.header("disposition-notification-to").empty();
  call.digest_spelled = "sha-256";
  call.digest = "sha256";
  const auto options =
      parse_header_value(";" + std::string(request.header("disposition-notification-options")));
  call.signed_receipt = !options.parameter("signed-receipt-protocol").empty();
  const std::string algorithms(options.parameter("signed-receipt-micalg"));
  for (std::size_t at = 0; at < algorithms.size();) {
    const auto comma = std::min(algorithms.find(',', at), algorithms.size());
    auto word = algorithms.substr(at, comma - at);
    word.erase(std::remove(word.begin(), word.end(), ' '), word.end());
    if (const auto name = digest_name(word); !name.empty()) {
      call.digest = name;
      call.digest_spelled = word;
      break;
    }
    at = comma + 1;
  }
  call.receipt_url = request.header("receipt-delivery-option");
  if (!call.receipt_url.empty()) {
    // A receipt goes to addresses that the operator knows only, never where a caller says.
    const auto wanted = parse_url(call.receipt_url);
    const auto& settings = call.partner->settings;
    const auto url = parse_url(settings.url);
    const auto further = parse_url(settings.receipts_to);
    if (!wanted ||
        !((url && wanted->base == url->base) || (further && wanted->base == further->base))) {
      return plain(403,
                   "receipts are not sent to that Receipt-Delivery-Option: its scheme, host and "
                   "port are not those agreed for this partner");
    }
  }
  return std::nullopt;
}

WebhookAnswer Station::take_document(const Call& call, const Unpacked& unpacked,
                                     const Keeper& keeper) {
  const std::string key =
      "as2/seen/" + call.partner->settings.name + "/" + hex_of(call.message_id, 40);
  const std::string content = hex_of(unpacked.document, 64);
  if (keeper.is_open(call.label)) {
    return plain(503, "this message is being stored; try again later");
  }
  if (const auto remembered = host_.state(key)) {
    return repeat(call, *remembered, content, keeper);
  }
  const std::int64_t now = host_.now_ns();
  // In the digest that the message is signed with, spelled as the sender does.
  const std::string spelled = digest_name(call.digest_spelled) == unpacked.digest
                                  ? call.digest_spelled
                                  : "sha-" + unpacked.digest.substr(3);
  const json::object facts{
      {"at", now}, {"mic", unpacked.mic}, {"digest", spelled}, {"content", content}};
  Arrival arrival{call.label, call.partner->settings.name, unpacked.document};
  Receipt receipt{call.message_id, settings_.id, {},
                  unpacked.mic,    spelled,      "The message was received and stored."};
  return give_receipt(call, receipt, now, [&](Batch&& batch) {
    remember(batch, key, json::serialize(facts));
    return keeper.keep(arrival, std::move(batch));
  });
}

// The first receipt again; carried out it is not.
WebhookAnswer Station::repeat(const Call& call, const std::string& remembered,
                              const std::string& content, const Keeper& keeper) {
  const auto facts = object_of(remembered).value_or(json::object());
  if (text_of(facts, "content") != content) {
    return refuse(call, "unexpected-processing-error",
                  "another document came under this Message-ID before; send it under a new one",
                  keeper);
  }
  host_.log(Level::info, "the AS2 message " + call.label + " came again; answered as before");
  const Receipt receipt{call.message_id,
                        settings_.id,
                        {},
                        text_of(facts, "mic"),
                        text_of(facts, "digest"),
                        "The message was received and stored."};
  return give_receipt(call, receipt, number_of(facts, "at"), [&](Batch&& batch) {
    const Arrival again{call.label + " again", call.partner->settings.name, std::nullopt};
    return batch.messages.empty() || keeper.keep(again, std::move(batch));
  });
}

WebhookAnswer Station::refuse(const Call& call, const std::string& fault, const std::string& reason,
                              const Keeper& keeper) {
  host_.log(Level::error,
            "the AS2 message " + call.label + " is refused (" + fault + "): " + reason);
  if (!call.receipt_wanted) {
    return plain(400, fault + ": " + reason);
  }
  const Receipt receipt{call.message_id,
                        settings_.id,
                        "error: " + fault,
                        {},
                        {},
                        "The message was not taken: " + reason + "."};
  return give_receipt(call, receipt, host_.now_ns(), [&](Batch&& batch) {
    const Arrival again{call.label + " refused", call.partner->settings.name, std::nullopt};
    return batch.messages.empty() || keeper.keep(again, std::move(batch));
  });
}

WebhookAnswer Station::give_receipt(const Call& call, const Receipt& receipt, std::int64_t at_ns,
                                    const std::function<bool(Batch&&)>& keep) const {
  const auto unable = [] { return plain(503, "it could not be stored; try again later"); };
  const std::string mark = hex_of(call.message_id + receipt.modifier, 24);
  const std::string entity = call.receipt_wanted ? write_receipt(receipt, mark) : "";
  Packed packed;
  if (call.receipt_wanted && call.signed_receipt) {
    packed = pack_signed(entity, identities_.front(), call.digest, at_ns / kSecond, mark);
  } else if (call.receipt_wanted) {
    const auto parsed = parse_entity(entity);
    packed.content_type = parsed->header("content-type");
    packed.body = parsed->body;
  }
  const std::string receipt_id = "<receipt-" + mark + "@" + hex_of(settings_.id, 12) + ">";
  Batch batch;
  if (!call.receipt_wanted || call.receipt_url.empty()) {
    if (!keep(std::move(batch))) {
      return unable();
    }
    if (!call.receipt_wanted) {
      return plain(200, "stored");
    }
    WebhookAnswer out;
    out.headers = {{"content-type", packed.content_type},
                   {"AS2-Version", "1.2"},
                   {"AS2-From", quoted(settings_.id)},
                   {"AS2-To", quoted(call.partner->settings.id)},
                   {"Message-ID", receipt_id},
                   {"MIME-Version", "1.0"},
                   {"Date", date_of(at_ns)}};
    out.body = packed.body;
    return out;
  }
  Message due;
  due.type = kReceiptDue;
  due.target = "self";
  due.data = json::serialize(json::object{{"way", call.partner->settings.name},
                                          {"url", call.receipt_url},
                                          {"content_type", packed.content_type},
                                          {"message_id", receipt_id}});
  due.original = packed.body;
  due.original_type = "multipart/report";
  due.idempotency_key = "receipt:" + call.label + ":" + std::to_string(host_.now_ns());
  due.subject = call.message_id;
  batch.messages.push_back(std::move(due));
  return keep(std::move(batch)) ? plain(200, "stored; the receipt follows") : unable();
}

Outcome Station::send_receipt(const Message& message) const {
  const auto data = object_of(message.data).value_or(json::object());
  const auto partner = partners_.find(text_of(data, "way"));
  const auto url = parse_url(text_of(data, "url"));
  if (partner == partners_.end() || !url) {
    return Outcome::rejected("there is no as2 block " + text_of(data, "way") + " (any more)");
  }
  const HttpClient client(options_of(partner->second.settings, url->base));
  const auto result =
      client.request("POST", url->path, message.original, text_of(data, "content_type"),
                     {{"AS2-Version", "1.2"},
                      {"AS2-From", quoted(settings_.id)},
                      {"AS2-To", quoted(partner->second.settings.id)},
                      {"Message-ID", text_of(data, "message_id")},
                      {"MIME-Version", "1.0"},
                      {"User-Agent", "Crossdock"},
                      {"Date", date_of(host_.now_ns())}});
  if (result.ok()) {
    return Outcome::done().reference(text_of(data, "message_id"));
  }
  // It may come twice: that does no harm.
  return Outcome::retry(
      "the receipt could not be brought to " + text_of(data, "url") + ": " +
      (result.detail.empty() ? "HTTP " + std::to_string(result.status) : result.detail));
}

// An asynchronous receipt for a document of ours.
WebhookAnswer Station::take_receipt(const Call& call, const Unpacked& unpacked,
                                    const Keeper& keeper) {
  const auto report = parse_entity(unpacked.report);
  const auto receipt = report ? parse_receipt(*report) : std::nullopt;
  const auto& partner = *call.partner;
  if (!receipt || receipt->original_message_id.empty()) {
    return plain(400, "the receipt cannot be read");
  }
  if (partner.settings.signed_receipt && !unpacked.is_signed) {
    host_.log(Level::error, "an unsigned receipt of " + partner.settings.name + " is refused");
    return plain(400, "the receipt is not signed, as agreed");
  }
  const std::lock_guard lock(awaited_mutex_);
  const std::string id_key = await_id_key(receipt->original_message_id);
  const std::string number = host_.state(id_key).value_or("");
  const auto entry = object_of(host_.state("as2/await/" + number));
  if (!entry || text_of(*entry, "way") != partner.settings.name) {
    host_.log(Level::info,
              "a receipt of " + partner.settings.name +
                  " for a message that waits for none: " + receipt->original_message_id);
    return plain(200, "no receipt was waited for");
  }
  std::string trouble;
  if (!receipt->positive()) {
    trouble = "the partner refuses it (" + receipt->modifier + "): " + receipt->text;
  } else if (receipt->mic != text_of(*entry, "mic")) {
    trouble = "the partner read other bytes than were sent: the digest in its receipt differs";
  }
  Batch batch;
  if (!trouble.empty()) {
    batch.messages.push_back(alarm(*entry, trouble + "; mend it, then send the document again",
                                   "as2-refused:" + receipt->original_message_id));
  }
  batch.state = {{"as2/await/" + number, std::nullopt},
                 {"as2/await/" + number + "/bytes", std::nullopt}};
  remember(batch, id_key, trouble.empty() ? "received" : "refused: " + trouble);
  const Arrival arrival{"as2/receipt/" + receipt->original_message_id, partner.settings.name,
                        std::nullopt};
  return keeper.keep(arrival, std::move(batch)) ? plain(200, "stored")
                                                : plain(503, "it could not be stored");
}

// --- out
// ------------------------------------------------------------------------------------------

// The same for the same document, whenever it is sent.
std::string Station::message_id_of(const Parcel& parcel) const {
  return "<" + parcel.name + "." + hex_of(parcel.bytes, 16) + "@" + hex_of(settings_.id, 12) + ">";
}

Packed Station::packed(const Partner& partner, const Parcel& parcel,
                       const std::string& message_id) const {
  return pack(parcel.bytes, parcel.name, partner.settings, identities_.front(),
              partner.certificates, host_.now_ns() / kSecond, hex_of(message_id, 24));
}

HttpResult Station::post(const Partner& partner, const Parcel& parcel,
                         const std::string& message_id, const Packed& packed) const {
  const auto& settings = partner.settings;
  const auto url = parse_url(settings.url);
  Headers headers{{"AS2-Version", "1.2"},           {"AS2-From", quoted(settings_.id)},
                  {"AS2-To", quoted(settings.id)},  {"Message-ID", message_id},
                  {"MIME-Version", "1.0"},          {"Subject", parcel.name},
                  {"User-Agent", "Crossdock"},      {"Content-Transfer-Encoding", "binary"},
                  {"Date", date_of(host_.now_ns())}};
  if (!packed.disposition.empty()) {
    headers.emplace_back("Content-Disposition", packed.disposition);
  }
  if (settings.receipt != "none") {
    headers.emplace_back("Disposition-Notification-To", quoted(settings_.id));
    if (settings.signed_receipt) {
      headers.emplace_back(
          "Disposition-Notification-Options",
          "signed-receipt-protocol=optional, pkcs7-signature; "
          "signed-receipt-micalg=optional, " +
              (packed.digest == "sha1" ? std::string("sha1") : "sha-" + packed.digest.substr(3)));
    }
    if (settings.receipt == "async") {
      headers.emplace_back("Receipt-Delivery-Option", settings_.receipt_url);
    }
  }
  return HttpClient(options_of(settings, url->base))
      .request("POST", url->path, packed.body, packed.content_type, headers);
}

Outcome Station::send(const Partner& partner, const Parcel& parcel) {
  const auto& settings = partner.settings;
  if (settings.url.empty()) {
    return Outcome::rejected("as2 " + settings.name + " has no url to send to");
  }
  const std::string message_id = message_id_of(parcel);
  const Packed packed = this->packed(partner, parcel, message_id);
  const bool later = settings.receipt == "async";
  // Noted before it is sent, because its receipt may be here before the answer.
  if (later && !expect_receipt(partner, parcel, message_id, packed)) {
    return Outcome::retry("what waits for a receipt could not be stored");
  }
  const auto result = post(partner, parcel, message_id, packed);
  if (!result.ok()) {
    auto outcome = outcome_of(result, HttpEffect::write);
    if (outcome.kind() == XD_UNAUTHORISED) {
      // One partner's refusal must not hold up the others.
      return Outcome::retry(settings.name + " refuses us: HTTP " + std::to_string(result.status));
    }
    return outcome;
  }
  if (settings.receipt == "none") {
    return Outcome::done().reference(message_id);
  }
  if (later && result.body.find("disposition-notification") == std::string::npos) {
    const std::lock_guard lock(awaited_mutex_);
    const auto key = "as2/await/" + host_.state(await_id_key(message_id)).value_or("");
    if (auto entry = object_of(host_.state(key))) {
      (*entry)["sent"] = true;
      if (!host_.put_state({{key, json::serialize(*entry)}})) {
        return Outcome::unknown("sent, but that could not be stored");
      }
    }
    return Outcome::done().reference(message_id);
  }
  return judge(partner, message_id, packed, result);
}

// What the receipt in an answer says of what was sent.
Outcome Station::judge(const Partner& partner, const std::string& message_id, const Packed& packed,
                       const HttpResult& result) const {
  const auto& settings = partner.settings;
  As2Settings as_agreed = settings;
  as_agreed.sign = packed.digest;
  const auto unpacked = unpack({std::string(result.header("content-type")),
                                std::string(result.header("content-transfer-encoding")),
                                {}},
                               result.body, as_agreed, identities_, partner.certificates,
                               host_.now_ns() / kSecond, {});
  // It was received; what is wrong with its receipt does not mend by sending again at once, but
  // may once a certificate is exchanged: the host's back-off spaces the tries.
  if (!unpacked.fault.empty()) {
    return Outcome::unknown("sent, but the receipt is not accepted: " + unpacked.reason);
  }
  const auto report = parse_entity(unpacked.report);
  const auto receipt = report ? parse_receipt(*report) : std::nullopt;
  if (!receipt) {
    return Outcome::unknown("sent, but the answer is no receipt: " +
                            outside::words(result.body, 200));
  }
  if (settings.signed_receipt && !unpacked.is_signed) {
    return Outcome::unknown("sent, but the receipt is not signed, as agreed");
  }
  if (receipt->original_message_id != message_id) {
    return Outcome::unknown("sent, but the receipt is for " +
                            receipt->original_message_id.substr(0, kLongestMessageId));
  }
  if (!receipt->positive()) {
    const std::string said = "the partner refuses it (" + receipt->modifier + "): " + receipt->text;
    return receipt->modifier.find("unexpected-processing-error") != std::string::npos
               ? Outcome::retry(said)
               : Outcome::rejected(said);
  }
  if (receipt->mic != packed.mic) {
    return Outcome::rejected(
        "the partner read other bytes than were sent: the digest in its receipt is " +
        receipt->mic + " " + receipt->digest + ", ours " + packed.mic + " " + packed.digest);
  }
  return Outcome::done().reference(message_id).with(Evidence{{}, unpacked.report});
}

std::optional<Outcome> Station::find(const Partner& partner, const Parcel& parcel) const {
  if (partner.settings.receipt != "async") {
    return std::nullopt;  // AS2 has no question for it: sent again, it is known by its Message-ID
  }
  const std::string message_id = message_id_of(parcel);
  const auto what = host_.state(await_id_key(message_id)).value_or("");
  if (what == "received") {
    return Outcome::done().reference(message_id);
  }
  if (what.starts_with("refused: ")) {
    return Outcome::rejected(what.substr(9));
  }
  const auto entry = object_of(host_.state("as2/await/" + what));
  return entry && flag_of(*entry, "sent") ? std::optional(Outcome::done().reference(message_id))
                                          : std::nullopt;
}

// --- what is remembered
// ---------------------------------------------------------------------------

std::uint64_t Station::counter(const std::string& key) const {
  return std::stoull(host_.state(key).value_or("0"));
}

// Keeps `value` for the repeat window. Webhook thread only.
void Station::remember(Batch& batch, const std::string& key, const std::string& value) {
  const auto number = counter("as2/log-next");
  batch.state.push_back({key, value});
  batch.state.push_back(
      {"as2/log/" + std::to_string(number), std::to_string(host_.now_ns()) + " " + key});
  batch.state.push_back({"as2/log-next", std::to_string(number + 1)});
}

bool Station::expect_receipt(const Partner& partner, const Parcel& parcel,
                             const std::string& message_id, const Packed& packed) {
  const std::lock_guard lock(numbers_mutex_);
  const std::string id_key = await_id_key(message_id);
  if (host_.state(id_key)) {
    return true;  // of an earlier try
  }
  const auto number = counter("as2/await-next");
  const auto now = host_.now_ns();
  const json::object entry{{"way", partner.settings.name},
                           {"partner", parcel.partner},
                           {"file", parcel.name},
                           {"id", message_id},
                           {"mic", packed.mic},
                           {"first", now},
                           {"last", now},
                           {"sent", false},
                           {"alarmed", false}};
  return host_.put_state({{id_key, std::to_string(number)},
                          {await_key(number), json::serialize(entry)},
                          {await_key(number) + "/bytes", parcel.bytes},
                          {"as2/await-next", std::to_string(number + 1)}});
}

// [poll]
void Station::look_after() {
  const auto now = host_.now_ns();
  if (now - looked_at_ns_ < kLookEveryNs) {
    return;
  }
  looked_at_ns_ = now;
  const auto next = counter("as2/await-next");
  auto first = counter("as2/await-first");
  const auto from = first;
  for (auto number = first; number < next && !host_.stopping(); ++number) {
    if (!host_.state(await_key(number))) {
      first += number == first ? 1 : 0;
      continue;
    }
    look_after(number);
  }
  if (first != from) {
    host_.put_state({{"as2/await-first", std::to_string(first)}});
  }
  forget_old();
}

void Station::look_after(std::uint64_t number) {
  const auto now = host_.now_ns();
  const std::string key = await_key(number);
  Parcel parcel;
  const Partner* partner = nullptr;
  std::string message_id;
  {
    const std::lock_guard lock(awaited_mutex_);
    auto entry = object_of(host_.state(key));
    if (!entry) {
      return;  // its receipt has just come
    }
    message_id = text_of(*entry, "id");
    const auto found = partners_.find(text_of(*entry, "way"));
    const auto age = std::chrono::nanoseconds(now - number_of(*entry, "first"));
    if (found == partners_.end() || age > settings_.repeat_window) {
      host_.put_state({{key, std::nullopt},
                       {key + "/bytes", std::nullopt},
                       {await_id_key(message_id), std::nullopt}});
      return;
    }
    partner = &found->second;
    if (!flag_of(*entry, "sent") || flag_of(*entry, "alarmed")) {
      return;
    }
    if (age > partner->settings.receipt_within) {
      (*entry)["alarmed"] = true;
      Batch batch;
      batch.messages.push_back(alarm(
          *entry,
          "no receipt has come for it within " +
              std::to_string(
                  std::chrono::duration_cast<std::chrono::seconds>(partner->settings.receipt_within)
                      .count()) +
              " s; ask the partner whether it is there",
          "as2-overdue:" + message_id));
      batch.state.push_back({key, json::serialize(*entry)});
      host_.emit(batch, std::chrono::seconds(5));
      return;
    }
    if (std::chrono::nanoseconds(now - number_of(*entry, "last")) <
        partner->settings.resend_after) {
      return;
    }
    (*entry)["last"] = now;
    parcel = {text_of(*entry, "partner"), text_of(*entry, "file"),
              host_.state(key + "/bytes").value_or("")};
    if (!host_.put_state({{key, json::serialize(*entry)}})) {
      return;
    }
  }
  const auto result = post(*partner, parcel, message_id, packed(*partner, parcel, message_id));
  host_.log(Level::warning, "no receipt for " + parcel.name + " of " + parcel.partner +
                                " yet; sent again as " + message_id +
                                (result.ok() ? "" : ", which failed: " + result.detail));
}

void Station::forget_old() {
  const auto now = host_.now_ns();
  const auto next = counter("as2/log-next");
  const auto from = counter("as2/log-first");
  auto first = from;
  std::vector<StateChange> changes;
  while (first < next && changes.size() < kForgetAtOnce) {
    const std::string key = "as2/log/" + std::to_string(first);
    const std::string line = host_.state(key).value_or("0 ");
    const auto blank = line.find(' ');
    if (std::chrono::nanoseconds(now - std::stoll(line.substr(0, blank))) <
        settings_.repeat_window) {
      break;
    }
    changes.push_back({key, std::nullopt});
    if (blank + 1 < line.size()) {
      changes.push_back({line.substr(blank + 1), std::nullopt});
    }
    ++first;
  }
  if (first != from) {
    changes.push_back({"as2/log-first", std::to_string(first)});
    host_.put_state(std::move(changes));
  }
}

}  // namespace crossdock::edi::as2
