#include "host/process/ownership.hpp"

#include <openssl/sha.h>

namespace crossdock::host::process {
namespace {

// SHA-256 of the document that a message was read from, hexadecimal; empty without one. The journal
// keeps the document with the message.
std::string payload_hash(std::string_view original) {
  if (original.empty()) {
    return {};
  }
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(original.data()), original.size(), digest);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const auto byte : digest) {
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

}  // namespace

bool may_write(const Context& context, std::string_view group,
               const canonical::MessageView& message) {
  const auto owner = context.settings.owners.find(group);
  return owner == context.settings.owners.end() || owner->second == message.source;
}

bool is_stale(journal::Database& db, std::string_view entity, std::string_view id,
              std::string_view group, const canonical::MessageView& message) {
  auto statement = db.prepare(
      "SELECT source, rev, observed_at FROM lineage WHERE entity = ? AND id = ? AND field_group = "
      "?");
  statement.bind(entity, id, group);
  if (!statement.step() || statement.text(0) != message.source) {
    return false;
  }
  if (message.aggregate_rev > 0 && statement.integer(1) > 0) {
    return static_cast<std::int64_t>(message.aggregate_rev) < statement.integer(1);
  }
  return message.occurred_at.known() && message.occurred_at.ns < statement.integer(2);
}

bool accepts(Context& context, std::string_view entity, std::string_view id, std::string_view group,
             const canonical::MessageView& message) {
  if (!may_write(context, group, message)) {
    note_advice(context, entity, id, group, message,
                "another system owns this: " + context.settings.owners.at(std::string(group)));
    return false;
  }
  if (is_stale(context.db, entity, id, group, message)) {
    note_advice(context, entity, id, group, message, "it is older than what is known");
    return false;
  }
  note_lineage(context, entity, id, group, message);
  return true;
}

bool may_write_stock(Context& context, std::string_view warehouse,
                     const canonical::MessageView& message) {
  if (!may_write(context, "stock", message)) {
    note_advice(context, "stock", warehouse, "stock", message,
                "another system owns this: " + context.settings.owners.at("stock"));
    return false;
  }
  note_lineage(context, "stock", warehouse, "stock", message);
  return true;
}

bool is_echo(journal::Database& db, std::string_view order_id,
             const canonical::MessageView& message) {
  auto statement = db.prepare("SELECT 1 FROM registrations WHERE order_id = ? AND system = ?");
  statement.bind(order_id, message.source);
  return statement.step();
}

void note_lineage(Context& context, std::string_view entity, std::string_view id,
                  std::string_view group, const canonical::MessageView& message) {
  context.db
      .prepare(
          "INSERT INTO lineage(entity, id, field_group, source, message, rev, observed_at, "
          "recorded_at, schema, raw) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON "
          "CONFLICT(entity, id, field_group) DO UPDATE SET source = ?4, message = ?5, rev = ?6, "
          "observed_at = ?7, recorded_at = ?8, schema = ?9, raw = ?10")
      .bind(entity, id, group, message.source, message.id,
            static_cast<std::int64_t>(message.aggregate_rev), message.occurred_at.ns,
            context.now_ns, message.dataschema, payload_hash(message.original))
      .run();
}

void note_advice(Context& context, std::string_view entity, std::string_view key,
                 std::string_view group, const canonical::MessageView& message,
                 std::string_view why) {
  context.db
      .prepare(
          "INSERT INTO advisory_writes(entity, key, field_group, source, why, message, at) "
          "VALUES(?,?,?,?,?,?,?)")
      .bind(entity, key, group, message.source, why, message.id, context.now_ns)
      .run();
}

}  // namespace crossdock::host::process
