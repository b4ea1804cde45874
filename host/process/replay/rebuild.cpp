#include "host/process/replay/rebuild.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "crossdock/canonical/envelope_wire.hpp"
#include "host/process/schema.hpp"
#include "host/process/step.hpp"

namespace crossdock::host::process {
namespace {

constexpr journal::Position kGroup = 1000;
constexpr std::string_view kAfter = "after ";

bool is_ours(const journal::StoredMessage& stored) {
  return std::find(stored.destinations.begin(), stored.destinations.end(), kProcesses) !=
         stored.destinations.end();
}

// After which message a dead letter was handled at last; 0: never, or at its own place.
std::pair<journal::Position, std::int64_t> handled_after(const journal::Journal& journal,
                                                         std::string_view message_id,
                                                         journal::Position position) {
  for (const auto& row : journal.timeline(message_id, 1000)) {
    if (row.position == position && row.destination == kProcesses && row.what == "delivered" &&
        std::string_view(row.reference).starts_with(kAfter)) {
      return {std::stoull(row.reference.substr(kAfter.size())), row.at_ns};
    }
  }
  return {0, 0};
}

class Rebuild {
 public:
  Rebuild(const journal::Journal& journal, const std::filesystem::path& into,
          const Settings& settings, const ReadSettings& read_settings)
      : journal_(journal),
        then_(journal, settings, read_settings),
        db_(into, journal::Database::Mode::writer) {
    db_.migrate(schema_steps());
    // A copy that is made again if the machine stops needs no waiting for the disk.
    db_.execute("PRAGMA synchronous=OFF");
  }

  template <class Progress>
  Rebuilt run(const Progress& progress) {
    out_.last = journal_.last();
    journal::Position at = 1;
    while (at <= out_.last) {
      const auto end = std::min(out_.last, at + kGroup - 1);
      if (!apply_range(at, end, Undo::with_transaction)) {
        apply_range(at, end, Undo::alone);
      }
      at = end + 1;
      progress(at - 1, out_.last);
    }
    return out_;
  }

 private:
  // One transaction. False: nothing was done, and one of them can only be refused by itself.
  bool apply_range(journal::Position from, journal::Position until, Undo undo) {
    const auto before = std::tuple(out_, later_, handled_at_);
    undo_ = undo;
    try {
      journal::StoreTransaction transaction(db_);
      journal_.read_range(from, until,
                          [&](const journal::StoredMessage& stored) { place(stored); });
      db_.prepare("DELETE FROM outbox").run();
      transaction.commit();
      return true;
    } catch (const RunAgain&) {
      std::tie(out_, later_, handled_at_) = before;
      return false;
    }
  }

  void place(const journal::StoredMessage& stored) {
    const auto at = stored.position;
    if (is_ours(stored)) {
      out_.first = out_.first == 0 ? at : out_.first;
      apply(stored, then_.at(at), true);
    }
    // What was given back and handled after this one; in the order in which it was.
    const auto [first, last] = later_.equal_range(at);
    std::vector<journal::Position> due;
    for (auto one = first; one != last; ++one) {
      due.push_back(one->second);
    }
    later_.erase(first, last);
    for (const auto position : due) {
      if (const auto later = journal_.read(position, kProcesses)) {
        apply(*later, then_.at_ns(handled_at_.at(position)), false);
      }
    }
  }

  void apply(const journal::StoredMessage& stored, const Settings& settings, bool first_time) {
    canonical::MessageView message;
    if (!canonical::decode_wire(stored.wire, message).ok()) {
      throw std::runtime_error("message " + std::to_string(stored.position) +
                               " of the journal cannot be read");
    }
    if (apply_message(db_, settings, stored.recorded_at_ns, message, undo_).empty()) {
      ++out_.applied;
      return;
    }
    ++out_.refused;
    if (first_time) {
      if (const auto [after, at_ns] = handled_after(journal_, message.id, stored.position);
          after > 0) {
        later_.emplace(after, stored.position);
        handled_at_[stored.position] = at_ns;
        --out_.refused;
      }
    }
  }

  const journal::Journal& journal_;
  ConfigurationsOfThen then_;
  journal::Database db_;
  std::multimap<journal::Position, journal::Position> later_;
  std::map<journal::Position, std::int64_t> handled_at_;  // of those
  Rebuilt out_;
  Undo undo_ = Undo::alone;
};

std::vector<std::string> tables_of(journal::Database& db) {
  std::vector<std::string> out;
  auto statement = db.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name "
      "NOT "
      "IN ('outbox', 'handled', 'reached', 'configured') ORDER BY name");
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

std::vector<std::string> columns_of(journal::Database& db, const std::string& table) {
  std::vector<std::string> out;
  auto statement = db.prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid");
  statement.bind(table);
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

// The next row as one text with every value in it; false after the last.
bool next_row(journal::Statement& statement, std::size_t columns, std::string& row) {
  row.clear();
  if (!statement.step()) {
    return false;
  }
  for (std::size_t i = 0; i < columns; ++i) {
    row += statement.text(static_cast<int>(i));
    row += '|';
  }
  return true;
}

std::string shortened(const std::string& text) {
  return text.size() <= 200 ? text : text.substr(0, 200) + "...";
}

}  // namespace

Rebuilt rebuild(const journal::Journal& journal, const std::filesystem::path& into,
                const Settings& settings,
                const std::function<void(journal::Position, journal::Position)>& progress,
                const ReadSettings& read_settings) {
  if (std::filesystem::exists(into)) {
    throw std::runtime_error(into.string() + " is there already; name a file that is not");
  }
  return Rebuild(journal, into, settings, read_settings).run(progress);
}

std::vector<std::string> differences(journal::Database& one, journal::Database& other) {
  std::vector<std::string> out;
  const auto tables = tables_of(one);
  if (tables != tables_of(other)) {
    return {"the stores do not have the same tables; they were written by different versions"};
  }
  for (const auto& table : tables) {
    const auto columns = columns_of(one, table);
    std::string sql = "SELECT * FROM " + table + " ORDER BY ";
    for (std::size_t i = 1; i <= columns.size(); ++i) {
      sql += (i == 1 ? "" : ", ") + std::to_string(i);
    }
    auto left = one.prepare(sql);
    auto right = other.prepare(sql);
    std::string a;
    std::string b;
    while (true) {
      const bool has_a = next_row(left, columns.size(), a);
      const bool has_b = next_row(right, columns.size(), b);
      if (!has_a && !has_b) {
        break;
      }
      if (a != b) {
        out.push_back(table + ": " + (has_a ? shortened(a) : "no row") + " / " +
                      (has_b ? shortened(b) : "no row"));
        break;
      }
    }
  }
  return out;
}

}  // namespace crossdock::host::process
