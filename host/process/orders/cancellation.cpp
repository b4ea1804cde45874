#include "host/process/orders/cancellation.hpp"

#include <map>
#include <vector>

#include "host/process/fulfilment/planning.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/reservations/reservations.hpp"

namespace crossdock::host::process {
void cancel_held(Context& context, const std::string& order_id, const std::string& line_no,
                 const std::string& warehouse, std::int64_t quantity) {
  const auto taken = release(context, order_id, line_no, warehouse, quantity);
  update_line(context, order_id, line_no,
              "UPDATE order_lines SET cancelled = cancelled + ? WHERE order_id = ? AND line_no = ?",
              taken);
}

namespace {

// What is held and no warehouse works on: waiting, without a warehouse, or recalled.
void cancel_idle(Context& context, const std::string& order_id, std::vector<std::string>& freed) {
  for (const auto& line : order_lines(context.db, order_id)) {
    std::map<std::string, std::int64_t> working;
    for (const auto& planned : plans_of(context.db, order_id)) {
      for (const auto& part : planned.lines) {
        if (part.line_no == line.line_no && is_at_work(planned)) {
          working[planned.warehouse] += part.planned;
        }
      }
    }
    std::vector<std::string> places = {std::string(kNoPlace), std::string(kGroupPlace)};
    for (const auto& [code, one] : context.settings.warehouses) {
      places.push_back(code);
    }
    for (const auto& place : places) {
      const auto idle = open_at(context.db, order_id, line.line_no, place) - working[place];
      if (idle > 0) {
        cancel_held(context, order_id, line.line_no, place, idle);
        freed.push_back(line.sku);
      }
    }
  }
}

}  // namespace

void cancel_order(Context& context, const std::string& order_id, const std::string& reason) {
  const auto order = find_order(context.db, order_id);
  if (!order) {
    return;
  }
  bool too_late = false;
  std::vector<std::string> freed;
  for (const auto& planned : plans_of(context.db, order_id)) {
    if (is_only_planned(planned)) {
      withdraw_plan(context, planned);
      for (const auto& line : planned.lines) {
        cancel_held(context, order_id, line.line_no, planned.warehouse, line.planned);
        freed.push_back(line.sku);
      }
    } else if (is_at_work(planned)) {
      ask_back(context, planned, *order, reason, "cancel");
    } else if (planned.state == "shipped" || planned.state == "delivered" ||
               planned.state == "exception") {
      too_late = true;
    }
  }
  cancel_idle(context, order_id, freed);
  if (too_late) {
    context.alert("late_cancel", order_id,
                  "purchase order " + order->header.po_number + ": " + reason +
                      ", but a part has shipped and stays shipped; offer a return");
  }
  derive_status(context, order_id);
  cover_backorders(context, freed);
}

}  // namespace crossdock::host::process
