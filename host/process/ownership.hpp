// System of record: who may write which group of a record's fields, and where each group came from
// last. A write from elsewhere is advice: kept and said, not applied. What a system gives back that
// we gave it (an echo) changes nothing; what is older than what is known (by the source's own count
// of revisions) neither.
#pragma once

#include <string>
#include <string_view>

#include "crossdock/canonical/envelope_wire.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Whether the message's source may write the group. Groups: order, lines, address, price, credit,
// customer, product, stock, pool, supply, return, transfer. Where the configuration names no owner
// everybody may.
bool may_write(const Context& context, std::string_view group,
               const canonical::MessageView& message);
// Whether a newer revision of the same source was applied already.
bool is_stale(journal::Database& db, std::string_view entity, std::string_view id,
              std::string_view group, const canonical::MessageView& message);
// Whether a message about an order comes from a system that the order was sent to.
bool is_echo(journal::Database& db, std::string_view order_id,
             const canonical::MessageView& message);

// Whether a write of a record may be applied now: its source owns the group, and nothing newer of
// it is known. Where it may, its lineage is kept; where not, it is kept as advice.
bool accepts(Context& context, std::string_view entity, std::string_view id, std::string_view group,
             const canonical::MessageView& message);

// Who may say what is there: where an owner of stock is configured, that system alone. (Counts of
// others than the warehouse's authority are kept as advice in any case.) Lineage and advice as of
// accepts().
bool may_write_stock(Context& context, std::string_view warehouse,
                     const canonical::MessageView& message);

// Remembers where a group of fields came from.
void note_lineage(Context& context, std::string_view entity, std::string_view id,
                  std::string_view group, const canonical::MessageView& message);
// Keeps a write that was not applied, with the reason.
void note_advice(Context& context, std::string_view entity, std::string_view key,
                 std::string_view group, const canonical::MessageView& message,
                 std::string_view why);

}  // namespace crossdock::host::process
