#include "tests/support/stack/tally.hpp"

#include <fstream>
#include <map>
#include <set>

#include "tests/support/edi/purchase_orders.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Counts = std::map<std::string, int>;

std::string text(const json::value& in, const char* key) {
  const auto* found = in.as_object().if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

class Findings {
 public:
  // Every key exactly once.
  void once(const Counts& counts, const std::string& what) {
    for (const auto& [key, count] : counts) {
      if (count != 1) {
        add(what + " " + key + " is there " + std::to_string(count) + " times");
      }
    }
  }
  // The same keys, no more and no less.
  void same(const Counts& are, const Counts& should, const std::string& what) {
    for (const auto& [key, count] : should) {
      if (!are.contains(key)) {
        add(what + " " + key + " is missing");
      }
    }
    for (const auto& [key, count] : are) {
      if (!should.contains(key)) {
        add(what + " " + key + " has no reason to be there");
      }
    }
  }
  void equal(std::size_t is, std::size_t should, const std::string& what) {
    if (is != should) {
      add(what + ": " + std::to_string(is) + ", not " + std::to_string(should));
    }
  }
  void add(std::string line) {
    if (lines_.size() < 40) {
      lines_.push_back(std::move(line));
    }
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

Counts counted(const std::vector<std::string>& keys) {
  Counts out;
  for (const auto& key : keys) {
    ++out[key];
  }
  return out;
}

struct Outbox {
  Counts acknowledged;  // PO numbers in 855s
  Counts advised;       // shipment ids in 856s
  Counts invoiced;      // invoice numbers in 810s
  Counts controls;      // partner and interchange control number
  Counts ssccs;         // of 856s
};

Outbox read_outbox(const fs::path& folder, Findings& findings) {
  Outbox out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto name = entry.path().filename().string();
    if (!name.ends_with(".x12") || bytes.size() < 106 || elements_of(bytes, "IEA", 2).size() != 1) {
      findings.add("the outbox holds " + name + ", which is not a whole interchange");
      continue;
    }
    ++out.controls[elements_of(bytes, "ISA", 8).at(0) + elements_of(bytes, "ISA", 13).at(0)];
    const auto add = [&](Counts& into, const char* segment, std::size_t element) {
      for (const auto& value : elements_of(bytes, segment, element)) {
        ++into[value];
      }
    };
    if (name.starts_with("855")) {
      add(out.acknowledged, "BAK", 3);
    } else if (name.starts_with("856")) {
      add(out.advised, "BSN", 2);
      for (const auto& sscc : elements_of(bytes, "MAN", "GM", 2)) {
        ++out.ssccs[sscc];
      }
    } else if (name.starts_with("810")) {
      add(out.invoiced, "BIG", 2);
    }
  }
  return out;
}

}  // namespace

ErpBooks simulated_books(Stack& stack) {
  ErpBooks out;
  const auto records = stack.records("erp");
  for (const auto& sale : records.at("sale.sale").as_array()) {
    out.sales.push_back(text(sale, "web_id"));
  }
  for (const auto& invoice : records.at("account.invoice").as_array()) {
    if (text(invoice, "state") == "posted") {
      out.invoices.push_back(text(invoice, "reference"));
    }
  }
  return out;
}

std::vector<std::string> tally(Stack& stack, const std::vector<std::string>& orders,
                               const ErpBooks& books) {
  Findings findings;
  const auto summary = stack.get("/v1/summary");
  if (!summary) {
    return {"the host does not answer"};
  }
  std::map<std::string, std::string> number_of;  // our order id to PO number
  Counts our_orders;
  Counts po_numbers;
  for (const auto& order : summary->at("orders").as_array()) {
    number_of[text(order, "id")] = text(order, "po_number");
    ++our_orders[text(order, "id")];
    ++po_numbers[text(order, "po_number")];
    if (text(order, "status") != "closed") {
      findings.add("order " + text(order, "po_number") + " is " + text(order, "status"));
    }
  }
  findings.once(po_numbers, "order");
  findings.same(po_numbers, counted(orders), "order");

  Counts reservations;
  for (const auto& one : summary->at("allocations").as_array()) {
    ++reservations[text(one, "order") + "/" + text(one, "line") + "/" + text(one, "warehouse")];
  }
  findings.once(reservations, "reservation");

  // The warehouse: one order per planned shipment, and what of them shipped.
  Counts work;
  Counts shipped_cartons;
  const auto wms = stack.records("wms");
  for (const auto& record : wms.at("log").as_array()) {
    if (text(record, "kind") == "order") {
      ++work[text(record, "order_id")];
    } else if (text(record, "kind") == "ended" && text(record, "status") == "Shipped") {
      ++shipped_cartons[text(record, "sscc")];
    }
  }
  findings.once(work, "warehouse order");
  findings.once(shipped_cartons, "carton");

  // The carrier: one label per shipment that was not taken back.
  Counts labels;
  std::map<std::string, std::string> shipment_of_label;
  const auto carrier = stack.records("carrier");
  for (const auto& record : carrier.at("log").as_array()) {
    if (text(record, "kind") == "label") {
      ++labels[text(record, "shipment")];
      shipment_of_label[text(record, "label_id")] = text(record, "shipment");
    } else if (text(record, "kind") == "void") {
      --labels[shipment_of_label[text(record, "label_id")]];
    }
  }
  std::erase_if(labels, [](const auto& one) { return one.second == 0; });
  findings.once(labels, "label of shipment");

  // The ERP: one sale per order, one invoice per actual shipment.
  const auto sales = counted(books.sales);
  findings.once(sales, "sale");
  findings.same(sales, our_orders, "sale of order");
  findings.once(counted(books.invoices), "invoice");
  findings.equal(books.invoices.size(), shipped_cartons.size(), "invoices in the ERP");

  // The trading partners.
  const auto outbox = read_outbox(stack.outbox(), findings);
  findings.once(outbox.controls, "control number");
  findings.once(outbox.acknowledged, "855 for");
  findings.same(outbox.acknowledged, counted(orders), "855 for");
  findings.once(outbox.advised, "856 of shipment");
  findings.once(outbox.ssccs, "856 of carton");
  findings.same(outbox.ssccs, shipped_cartons, "856 of carton");
  findings.once(outbox.invoiced, "810 of invoice");
  findings.equal(outbox.invoiced.size(), shipped_cartons.size(), "810s");

  const auto& messages = summary->at("messages");
  const auto number = [&](const char* key) { return messages.at(key).to_number<std::uint64_t>(); };
  findings.equal(number("pending"), 0, "pending");
  findings.equal(number("accepted"), number("delivered") + number("dead_lettered"),
                 "accepted, beside delivered and dead-lettered together");
  findings.equal(number("dead_lettered"), 0, "dead letters");
  return findings.take();
}

}  // namespace crossdock::support
