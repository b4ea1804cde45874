// Our AS2 station (RFC 4130): sends documents to partners' stations and takes what they send, which
// comes as a webhook call. Whatever is remembered lies in the connector's durable state:
//
//  - the Message-ID of what was taken, with the facts of its receipt, so that a repeat is answered
//    with the first receipt and carried out once;
//  - what waits for an asynchronous receipt, so that it is sent again (under the same Message-ID)
//    and somebody hears of it when none comes.
//
// A synchronous receipt is the answer to the call, and given after the commit; an asynchronous one
// is a message of this connector to itself, and so leaves after the commit too.
#pragma once

#include <crossdock/host.hpp>
#include <crossdock/http.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugins/edi_x12/transports/as2/packaging.hpp"
#include "plugins/edi_x12/transports/as2/receipt.hpp"
#include "plugins/edi_x12/transports/transport.hpp"

namespace crossdock::edi::as2 {

// A receipt to be posted to its sender: the bytes are the message's original.
inline constexpr std::string_view kReceiptDue = "edi_x12.receipt.due.v1";

// Something that came and is to be made durable.
struct Arrival {
  std::string label;                 // what we call it: way and Message-ID
  std::string way;                   // the as2 block that vouches for the sender
  std::optional<std::string> bytes;  // of a document; none: only the batch is to be kept
};

// What the station needs of the connector around it.
struct Keeper {
  // Makes the arrival and `batch` durable together; true once they are. False: come again.
  std::function<bool(const Arrival&, Batch&&)> keep;
  // It was given to the host and is not durable yet.
  std::function<bool(const std::string& label)> is_open;
};

class Station {
 public:
  // Reads keys and certificates. Throws std::runtime_error with what to do.
  Station(Host host, const As2StationSettings& station, const std::vector<As2Settings>& partners);

  // The way to one partner; valid as long as the station.
  std::unique_ptr<Transport> transport(const std::string& name);

  // [webhook] A transmission: a document, or an asynchronous receipt for one of ours.
  WebhookAnswer receive(const WebhookRequest& request, const Keeper& keeper);

  // [deliver] Brings out an asynchronous receipt.
  Outcome send_receipt(const Message& message) const;

 private:
  struct Partner {
    As2Settings settings;
    std::vector<Certificate> certificates;
  };
  class Way;

  // What a transmission says of itself.
  struct Call {
    const Partner* partner = nullptr;
    std::string message_id;
    std::string label;
    bool receipt_wanted = false;
    bool signed_receipt = false;
    std::string digest_spelled;  // of the MIC, as the sender spells it
    std::string digest;
    std::string receipt_url;  // of an asynchronous receipt
  };
  std::optional<WebhookAnswer> understand(const WebhookRequest& request, Call& call) const;
  WebhookAnswer take_document(const Call& call, const Unpacked& unpacked, const Keeper& keeper);
  WebhookAnswer repeat(const Call& call, const std::string& remembered, const std::string& content,
                       const Keeper& keeper);
  WebhookAnswer refuse(const Call& call, const std::string& fault, const std::string& reason,
                       const Keeper& keeper);
  WebhookAnswer take_receipt(const Call& call, const Unpacked& unpacked, const Keeper& keeper);
  // The receipt, as the answer or as a message for later; `kept` when nothing has to be.
  WebhookAnswer give_receipt(const Call& call, const Receipt& receipt, std::int64_t at_ns,
                             const std::function<bool(Batch&&)>& keep) const;

  Outcome send(const Partner& partner, const Parcel& parcel);
  std::optional<Outcome> find(const Partner& partner, const Parcel& parcel) const;
  HttpResult post(const Partner& partner, const Parcel& parcel, const std::string& message_id,
                  const Packed& packed) const;
  Packed packed(const Partner& partner, const Parcel& parcel, const std::string& message_id) const;
  Outcome judge(const Partner& partner, const std::string& message_id, const Packed& packed,
                const HttpResult& result) const;
  std::string message_id_of(const Parcel& parcel) const;

  // What waits for its receipt, by numbers that only grow, because state cannot be listed.
  bool expect_receipt(const Partner& partner, const Parcel& parcel, const std::string& message_id,
                      const Packed& packed);
  void look_after();
  void look_after(std::uint64_t number);
  void forget_old();
  void remember(Batch& batch, const std::string& key, const std::string& value);

  std::uint64_t counter(const std::string& key) const;

  Host host_;
  As2StationSettings settings_;
  std::vector<Identity> identities_;  // the first signs, all decrypt
  std::map<std::string, Partner> partners_;
  std::mutex numbers_mutex_;  // from reading a counter until its next value is durable
  std::mutex awaited_mutex_;  // an entry is sent again or settled, not both at once
  std::int64_t looked_at_ns_ = 0;
};

}  // namespace crossdock::edi::as2
