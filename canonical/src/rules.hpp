// Rules beyond the form of a document. Most go by the name of a field, wherever it stands; what
// needs several fields is an overload for its struct.
#pragma once

#include <set>

#include "canonical/src/codec_impl.hpp"
#include "canonical/src/describe_aftersales.hpp"
#include "canonical/src/describe_decisions.hpp"
#include "canonical/src/describe_documents.hpp"
#include "canonical/src/describe_inventory.hpp"
#include "canonical/src/describe_invoice.hpp"
#include "canonical/src/describe_product.hpp"
#include "canonical/src/describe_trade.hpp"
#include "canonical/src/describe_transport.hpp"
#include "canonical/src/describe_warehouse.hpp"
#include "canonical/src/describe_warehousing.hpp"

namespace crossdock::canonical::detail {

// Faults of one text field that its name alone decides: sscc, gln, currency, country ...
void check_text(std::string_view name, const std::string& text, const Place& place);

// Rules of one struct as a whole; structs without any fall through to the template.
template <class T>
void check_whole(const T&, const Place&) {}
void check_whole(const OrderLine& line, const Place& place);
void check_whole(const Order& order, const Place& place);
void check_whole(const Shipment& shipment, const Place& place);
void check_whole(const Package& package, const Place& place);
void check_whole(const Invoice& invoice, const Place& place);
void check_whole(const InventorySnapshot& snapshot, const Place& place);
void check_whole(const PaymentTerms& terms, const Place& place);

template <class T>
void check_field(std::string_view, const T&, const Place&) {}
inline void check_field(std::string_view name, const std::string& text, const Place& place) {
  if (!text.empty()) {
    check_text(name, text, place);
  }
}
inline void check_field(std::string_view, const Money& money, const Place& place) {
  if (!money.currency.empty()) {
    check_text("currency", money.currency, place.member("currency"));
  }
}
inline void check_field(std::string_view, const UnitPrice& price, const Place& place) {
  if (!price.currency.empty()) {
    check_text("currency", price.currency, place.member("currency"));
  }
}
template <class T>
void check_field(std::string_view name, const std::optional<T>& value, const Place& place);
template <class T>
void check_field(std::string_view name, const std::vector<T>& values, const Place& place);

template <DescribedStruct T>
void check_struct(const T& value, const Place& place) {
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto& field = value.*member.pointer;
    using Field = std::decay_t<decltype(field)>;
    if constexpr (DescribedStruct<Field>) {
      check_struct(field, place.member(member.name));
    } else {
      check_field(member.name, field, place.member(member.name));
    }
  });
  check_whole(value, place);
}
template <class T>
void check_field(std::string_view name, const std::optional<T>& value, const Place& place) {
  if (!value) {
    return;
  }
  if constexpr (DescribedStruct<T>) {
    check_struct(*value, place);
  } else {
    check_field(name, *value, place);
  }
}
template <class T>
void check_field(std::string_view name, const std::vector<T>& values, const Place& place) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if constexpr (DescribedStruct<T>) {
      check_struct(values[i], place.element(i));
    } else {
      check_field(name, values[i], place.element(i));
    }
  }
}

}  // namespace crossdock::canonical::detail
