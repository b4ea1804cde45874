// From a step of a case to the canonical message that it stands for. A step names orders by their
// number and warehouses by their code; the ids that the processes gave are looked up here.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "crossdock/canonical/aftersales.hpp"
#include "host/scenario/stage.hpp"
#include "host/scenario/tree.hpp"

namespace crossdock::host::scenario {

// A step that cannot be played: it names what is not there. The text says what, and what is.
struct CannotPlay : std::runtime_error {
  CannotPlay(const Node& at, const std::string& text)
      : std::runtime_error(text), line(at.line), column(at.column) {}
  int line;
  int column;
};

class Events {
 public:
  // Borrows both for its life.
  Events(Stage& stage, const Node& given) : stage_(stage), given_(given) {}

  // The message of an event (order, count, ship, ...). Nothing for words that are no messages.
  std::optional<Arrival> arrival(const std::string& word, const Node& node);

  // Rules that hold from now on.
  Arrival rules(const std::string& name, const std::string& json);

  // Order id of "S-1" or "SHOP/S-1", newest first; throws CannotPlay.
  std::string order_id(const Node& name) const;
  // The same, empty where there is no such order.
  std::string known_order(const std::string& name) const;

 private:
  std::optional<Arrival> message_of(const std::string& word, const Node& node);
  Arrival order(const Node& node);
  Arrival cancel(const Node& node);
  Arrival count(const Node& node);
  Arrival product(const std::string& sku, const Node& node);
  Arrival customer(const std::string& code, const Node& node);
  Arrival label(const Node& node);
  Arrival decision(const Node& node, bool accepted);
  Arrival cancelled(const Node& node);
  Arrival ship(const Node& node);
  Arrival scan(const Node& node);
  Arrival invoice(const Node& node);
  Arrival message(const Node& node);
  Arrival review(const Node& node);
  Arrival payment(const Node& node);
  Arrival credit(const Node& node);
  Arrival command(const std::string& word, const Node& node);
  Arrival warehouse(const Node& node);
  Arrival progress(const Node& node);
  Arrival void_shipment(const Node& node);
  Arrival price(const Node& node);
  Arrival pool(const Node& node);
  Arrival supply(const Node& node);
  Arrival move(const Node& node);
  Arrival keep(const Node& node);
  Arrival reserve(const Node& node);
  Arrival reservation(const Node& node);
  Arrival transfer(const Node& node);
  Arrival dispatch(const Node& node);
  Arrival receive(const Node& node);
  Arrival transfer_change(const Node& node);
  Arrival ask_return(const Node& node);
  Arrival return_received(const Node& node);
  Arrival return_change(const Node& node);
  Arrival refund(const Node& node);
  Arrival statement(const Node& node);
  Arrival discrepancy(const Node& node);
  canonical::Transfer transfer_named(const Node& node) const;
  // Names an order that may not be here yet.
  template <class T>
  void name_order(const Node& node, T& out) const;

  // The newest message of a type that was sent for an order, and to a warehouse if one is named.
  template <class T>
  T asked(const Node& node, std::string_view type, const std::string& what,
          std::string (*warehouse_of)(const T&)) const;
  std::string key(const std::string& word, const Node& node);
  bool has_prices(const std::string& sku) const;
  std::string resolved(const std::string& text, const Node& at) const;

  Stage& stage_;
  const Node& given_;
  std::size_t made_ = 0;
};

// A tree as JSON text: plain numbers and true/false as such, everything else as text. `resolve`
// sees every text.
std::string to_json(const Node& node,
                    const std::function<std::string(const std::string&)>& resolve);
// A message type from its short form: sales.order.captured.
std::string whole_type(const std::string& type);

}  // namespace crossdock::host::scenario
