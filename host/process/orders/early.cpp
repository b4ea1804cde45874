#include "host/process/orders/early.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "crossdock/canonical/message_types.hpp"
#include "host/journal/memo.hpp"
#include "host/process/handlers.hpp"

namespace crossdock::host::process {
namespace {

struct Early {
  std::string message;
  std::string type;
  std::string data;
};

// A change is looked at before a cancellation, whichever came first: what is cancelled in the end
// is the order as it was last.
bool comes_first(const Early& a, const Early& b) {
  const auto cancels = [](const Early& one) {
    return one.type == canonical::kOrderCaptured &&
           one.data.find("\"purpose\":\"cancel\"") != std::string::npos;
  };
  return !cancels(a) && cancels(b);
}

struct KnownEarly : journal::Memo<bool> {
  KnownEarly() : Memo({"early_messages"}) {}
};

// Mostly nothing waits, and each order asks. By the index: a table that grows is not read.
bool any_early(journal::Database& db) {
  return db.kept<KnownEarly>().get(db, "", [&] {
    return db.prepare("SELECT 1 FROM early_messages WHERE channel >= '' LIMIT 1").step();
  });
}

}  // namespace

void keep_early(Context& context, std::string_view channel, std::string_view po_number,
                const canonical::MessageView& message) {
  context.db
      .prepare(
          "INSERT INTO early_messages(channel, po_number, at, message, type, data) "
          "VALUES(?,?,?,?,?,?) ON CONFLICT(channel, po_number, at, message) DO NOTHING")
      .bind(channel, po_number, context.now_ns, message.id, message.type, message.data)
      .run();
}

void apply_early(Context& context, std::string_view channel, std::string_view po_number) {
  if (!any_early(context.db)) {
    return;
  }
  std::vector<Early> waiting;
  {
    auto statement = context.db.prepare(
        "SELECT message, type, data FROM early_messages WHERE channel = ? AND po_number = ? "
        "ORDER BY at, message");
    statement.bind(channel, po_number);
    while (statement.step()) {
      waiting.push_back({statement.text(0), statement.text(1), statement.text(2)});
    }
  }
  if (waiting.empty()) {
    return;
  }
  context.db.prepare("DELETE FROM early_messages WHERE channel = ? AND po_number = ?")
      .bind(channel, po_number)
      .run();
  std::stable_sort(waiting.begin(), waiting.end(), comes_first);
  for (const auto& one : waiting) {
    canonical::MessageView message;
    message.id = one.message;
    message.type = one.type;
    message.data = one.data;
    message.correlation_id = context.correlation_id;
    handle_message(context, message);
  }
}

}  // namespace crossdock::host::process
