#include "plugins/edi_x12/transports/as2/receipt.hpp"

#include <algorithm>

namespace crossdock::edi::as2 {
namespace {

// "automatic-action/MDN-sent-automatically; processed/error: decryption-failed" to its modifier.
// Empty only for a plain "processed".
std::string modifier_of(std::string_view disposition) {
  const auto semicolon = disposition.find(';');
  const std::string what = lowered(trimmed(
      semicolon == std::string_view::npos ? disposition : disposition.substr(semicolon + 1)));
  const auto slash = what.find('/');
  const std::string type(trimmed(std::string_view(what).substr(0, slash)));
  if (slash == std::string::npos) {
    return type == "processed" || type == "displayed" ? "" : "failure: " + type;
  }
  const std::string modifier(trimmed(std::string_view(what).substr(slash + 1)));
  return modifier.empty() ? "error: no reason given" : modifier;
}

}  // namespace

std::string write_receipt(const Receipt& receipt, const std::string& mark) {
  const std::string boundary = "receipt-" + mark;
  std::string out =
      "Content-Type: multipart/report; report-type=disposition-notification;\r\n boundary=\"" +
      boundary + "\"\r\n\r\n--" + boundary +
      "\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" +
      receipt.text + "\r\n--" + boundary +
      "\r\nContent-Type: message/disposition-notification\r\nContent-Transfer-Encoding: "
      "7bit\r\n\r\nReporting-UA: Crossdock\r\nOriginal-Recipient: rfc822; " +
      receipt.recipient + "\r\nFinal-Recipient: rfc822; " + receipt.recipient +
      "\r\nOriginal-Message-ID: " + receipt.original_message_id +
      "\r\nDisposition: automatic-action/MDN-sent-automatically; processed" +
      (receipt.modifier.empty() ? "" : "/" + receipt.modifier) + "\r\n";
  if (!receipt.mic.empty()) {
    out += "Received-Content-MIC: " + receipt.mic + ", " + receipt.digest + "\r\n";
  }
  return out + "\r\n--" + boundary + "--\r\n";
}

std::optional<Receipt> parse_receipt(const Entity& report) {
  const auto type = report.content_type();
  const auto parts = type.value == "multipart/report"
                         ? split_parts(report.body, type.parameter("boundary"))
                         : std::nullopt;
  if (!parts) {
    return std::nullopt;
  }
  Receipt out;
  bool found = false;
  for (const auto part : *parts) {
    const auto entity = parse_entity(part);
    if (!entity) {
      continue;
    }
    const auto kind = entity->content_type().value;
    const auto body = decode_transfer(entity->body, entity->header("content-transfer-encoding"));
    if (!body) {
      continue;
    }
    if (kind == "text/plain" && out.text.empty()) {
      out.text = body->substr(0, 2000);
    }
    if (kind != "message/disposition-notification") {
      continue;
    }
    // Its fields look like a head; an empty line may be missing at the end.
    const std::string padded = *body + "\r\n\r\n";
    const auto fields = parse_entity(padded);
    if (!fields || fields->header("disposition").empty()) {
      continue;
    }
    found = true;
    out.original_message_id = fields->header("original-message-id");
    out.modifier = modifier_of(fields->header("disposition"));
    const auto recipient = fields->header("final-recipient");
    out.recipient = trimmed(recipient.substr(std::min(recipient.find(';') + 1, recipient.size())));
    const std::string mic(fields->header("received-content-mic"));
    const auto comma = mic.find(',');
    out.mic = trimmed(std::string_view(mic).substr(0, comma));
    out.digest = comma == std::string::npos
                     ? ""
                     : std::string(trimmed(std::string_view(mic).substr(comma + 1)));
  }
  return found ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace crossdock::edi::as2
