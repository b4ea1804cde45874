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

class Sales {
 public:
  Sales(Rpc& rpc, const Config& config) : rpc_(rpc), config_(config) {}

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
  std::optional<Found> find_sale(const std::string& order_id);
  std::int64_t create_sale(const canonical::RoutedOrder& routed);
  Found advance(Found sale);

  std::vector<Found> find_invoices(const std::string& invoice_id);
  void create_invoice(const canonical::InvoiceRequest& request);
  // Posts an open invoice; where Tryton refuses its date, under a later accounting date.
  void post(std::int64_t id);
  // Presses the button; what Tryton says where it refuses. Throws every other Fault.
  std::optional<Fault> refusal_to_post(std::int64_t id);
  // Accounting dates of numbered invoices that are later than that of the invoice, in its fiscal
  // year: the last date of each sequence, the earliest first.
  std::vector<canonical::LocalDate> later_dates(std::int64_t id);

  std::int64_t currency();
  std::int64_t party(const std::string& code);
  // Tryton wants one warehouse per sale: where the first of it ships from, or any.
  std::int64_t warehouse(const canonical::RoutedOrder& routed);
  // Ids by product code; throws where one is not in Tryton.
  std::map<std::string, std::int64_t> products(const std::set<std::string>& skus);

  Rpc& rpc_;
  Config config_;
  std::mutex mutex_;
  std::int64_t currency_ = 0;  // of the company; read once
};

}  // namespace crossdock::tryton
