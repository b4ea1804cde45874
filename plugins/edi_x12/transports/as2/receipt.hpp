// Receipts: message disposition notifications as AS2 uses them (RFC 4130, section 7; RFC 8098). A
// receipt says of one message whether it was taken, and bears the digest (MIC) of what was read, so
// that the sender sees that it was read whole.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/edi_x12/transports/as2/mime.hpp"

namespace crossdock::edi::as2 {

struct Receipt {
  std::string original_message_id;  // with its angle brackets
  std::string recipient;            // AS2 identifier of who took it
  // RFC 4130, 7.4.3: empty where all is well, else "error: decryption-failed" and its like, or
  // "warning: ...", or "failure: ...".
  std::string modifier;
  std::string mic;     // base64, or empty
  std::string digest;  // of the MIC, spelled as the sender spelled it
  std::string text;    // for people

  bool positive() const { return modifier.empty() || modifier.starts_with("warning"); }
};

// The multipart/report as an entity, head and all. `mark` becomes its boundary: the same receipt
// with the same mark is the same bytes.
std::string write_receipt(const Receipt& receipt, const std::string& mark);

// Out of a multipart/report; nothing where it is no disposition notification.
std::optional<Receipt> parse_receipt(const Entity& report);

}  // namespace crossdock::edi::as2
