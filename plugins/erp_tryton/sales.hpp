// Sales and invoices in Tryton, made once: found by our reference before they are made, carried on
// from whatever state they are found in, every state read back.
//
// sale.web_id is unique in Tryton (module web_shop) and bears our order id, so a second sale is
// refused by Tryton itself. An invoice's reference bears our invoice id and is not unique there;
// so drafts are compared after one is made, and only the oldest is ever posted.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "crossdock/canonical/invoice.hpp"
#include "crossdock/canonical/order.hpp"
#include "plugins/erp_tryton/rpc.hpp"

namespace crossdock::tryton {

// Tryton's records that every document refers to; read once, read again when one is missing.
struct Defaults {
  std::int64_t currency = 0;
  std::string currency_code;
  std::int64_t journal = 0;  // of revenue
};

class Sales {
 public:
  explicit Sales(Rpc& rpc) : rpc_(rpc) {}

  // Makes the sale of an order or finds it, and brings it to where Tryton works on it. Throws
  // Fault.
  canonical::OrderRegistration register_order(const canonical::RoutedOrder& routed);
  // Makes the invoice or finds it, and posts it. Throws Fault; refused where Tryton has no sale for
  // the order (yet).
  canonical::Invoice post_invoice(const canonical::InvoiceRequest& request);

 private:
  struct Found {
    std::int64_t id = 0;
    std::string number;
    std::string state;
  };
  struct Party {
    std::int64_t id = 0;
    std::int64_t address = 0;
    std::int64_t receivable = 0;    // account
    std::int64_t payment_term = 0;  // 0: none
  };
  struct Article {
    std::int64_t id = 0;
    std::int64_t unit = 0;
    std::int64_t revenue = 0;  // account
    boost::json::array taxes;
  };

  std::optional<Found> find_sale(const std::string& order_id);
  std::int64_t create_sale(const canonical::RoutedOrder& routed);
  Found advance(Found sale);

  std::vector<Found> find_invoices(const std::string& invoice_id);
  void create_invoice(const canonical::InvoiceRequest& request);

  const Defaults& defaults();
  Party party(const std::string& code);
  std::map<std::string, Article> articles(const std::set<std::string>& skus);

  Rpc& rpc_;
  std::mutex mutex_;
  std::optional<Defaults> defaults_;
};

}  // namespace crossdock::tryton
