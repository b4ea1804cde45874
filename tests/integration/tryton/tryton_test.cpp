// The connector against the real ERP: Tryton 6.0 on PostgreSQL, a private copy per test program.
#include <gtest/gtest.h>
#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "plugins/erp_tryton/catalogue.hpp"
#include "plugins/erp_tryton/sales.hpp"
#include "plugins/erp_tryton/values.hpp"
#include "tests/simulators/common/fixture.hpp"
#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/tally.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string out;
  char buffer[512];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe) != nullptr) {
    out += buffer;
  }
  if (pipe == nullptr || ::pclose(pipe) != 0) {
    throw std::runtime_error("failed: " + command);
  }
  return out;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Stands between the connector and Tryton; on demand it lets Tryton do what was asked and then
// drops the connection instead of passing the answer on.
class LosingProxy {
 public:
  explicit LosingProxy(std::string upstream) : upstream_(std::move(upstream)) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(16); };
    server_.Post(R"(/.*)", [this](const httplib::Request& request, httplib::Response& response) {
      httplib::Client client(upstream_);
      client.set_read_timeout(60);
      httplib::Headers headers;
      if (request.has_header("Authorization")) {
        headers.emplace("Authorization", request.get_header_value("Authorization"));
      }
      const auto answer = client.Post(request.path, headers, request.body, "application/json");
      const int every = lose_every;
      if (!answer || (every > 0 && ++calls_ % every == 0)) {
        lost_ += answer ? 1 : 0;
        response.set_content_provider(
            1000, "application/json",
            [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
        return;
      }
      response.status = answer->status;
      response.set_content(answer->body, "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) {
      std::this_thread::yield();  // stop() of a server that has not begun is lost
    }
  }
  ~LosingProxy() {
    server_.stop();
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int lost() const { return lost_; }
  std::atomic<int> lose_every{0};

 private:
  std::string upstream_;
  httplib::Server server_;
  int port_ = 0;
  std::atomic<int> calls_{0};
  std::atomic<int> lost_{0};
  std::thread thread_;
};

// One Tryton for all tests of this program.
class TrytonTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder("tryton");
    const auto said = json::parse(output_of(std::string(CROSSDOCK_TRYTON) + " start '" +
                                            (folder_->path() / "erp").string() + "'"));
    server_ = {std::string(said.at("url").as_string()),
               std::string(said.at("database").as_string()),
               std::string(said.at("user").as_string()),
               std::string(said.at("password_file").as_string())};
  }
  static void TearDownTestSuite() {
    output_of(std::string(CROSSDOCK_TRYTON) + " stop '" + (folder_->path() / "erp").string() + "'");
    delete folder_;
    folder_ = nullptr;
  }

  static tryton::Config config(const std::string& url) {
    tryton::Config out;
    out.base_url = url;
    out.database = server_.database;
    out.user = server_.user;
    out.password = Secret(read_file(server_.password_file));
    return out;
  }
  static ErpBooks books() {
    tryton::Rpc rpc(config(server_.url));
    ErpBooks out;
    for (const auto& row : rpc.search_read("sale.sale", {}, {"web_id"})) {
      out.sales.push_back(tryton::text_of(row, "web_id"));
    }
    for (const auto& row : rpc.search_read(
             "account.invoice", tryton::domain_of({{"state", "=", "posted"}}), {"reference"})) {
      out.invoices.push_back(tryton::text_of(row, "reference"));
    }
    return out;
  }

  static canonical::RoutedOrder routed(const std::string& id) {
    canonical::RoutedOrder out;
    auto& header = out.order.header;
    header.order_id = id;
    header.channel = "north";
    header.po_number = "PO-" + id;
    header.customer = "CUST-NORTH";
    header.currency = "USD";
    canonical::OrderLine line;
    line.line_no = "1";
    line.sku = "SKU-001";
    line.ordered = {30'000, "EA"};
    line.unit_price = {10'900'000, "USD"};
    out.order.lines.push_back(line);
    out.allocations.push_back({"1", "SKU-001", "EWR", {30'000, "EA"}, {}});
    return out;
  }
  static canonical::InvoiceRequest invoice_for(const canonical::RoutedOrder& order,
                                               const std::string& id) {
    canonical::InvoiceRequest out;
    out.order = order.order.header;
    out.invoice.id = id;
    out.invoice.order_id = order.order.header.order_id;
    canonical::InvoiceLine line;
    line.line_no = "1";
    line.sku = "SKU-001";
    line.quantity = {20'000, "EA"};
    line.unit_price = {10'900'000, "USD"};
    line.amount = {2180, "USD"};
    out.invoice.lines.push_back(line);
    out.invoice.lines_total = out.invoice.total = {2180, "USD"};
    out.invoice.tax_total = {0, "USD"};
    return out;
  }

  static Folder* folder_;
  static TrytonServer server_;
};
Folder* TrytonTest::folder_ = nullptr;
TrytonServer TrytonTest::server_;

TEST_F(TrytonTest, ReadsProductsWithTheirGtinAndPrice) {
  tryton::Rpc rpc(config(server_.url));
  const auto products = tryton::changed_products(rpc, tryton::company_currency(rpc), 0);
  ASSERT_EQ(products.size(), static_cast<std::size_t>(simulators::kProducts));
  std::map<std::string, canonical::Product> by_sku;
  for (const auto& change : products) {
    EXPECT_GT(change.stamp_ns, 0);
    by_sku[change.entity.sku] = change.entity;
  }
  const auto& one = by_sku.at("SKU-007");
  EXPECT_EQ(one.gtins, std::vector<std::string>{simulators::gtin(7)});
  ASSERT_TRUE(one.list_price);
  EXPECT_EQ(one.list_price->e6, 16'900'000);
  EXPECT_EQ(one.list_price->currency, "USD");
  EXPECT_EQ(one.status, canonical::ProductStatus::active);
  // Nothing changed since the newest stamp but what bears it.
  const auto newest = products.back().stamp_ns;
  EXPECT_LT(tryton::changed_products(rpc, "USD", newest + 1'000'000).size(), products.size());
}

TEST_F(TrytonTest, ReadsCustomersWithTheirAddress) {
  tryton::Rpc rpc(config(server_.url));
  std::map<std::string, canonical::Customer> by_code;
  for (const auto& change : tryton::changed_customers(rpc, 0)) {
    by_code[change.entity.code] = change.entity;
  }
  const auto& one = by_code.at("CUST-SOUTH");
  EXPECT_EQ(one.name, "Southern Retail");
  ASSERT_TRUE(one.bill_to);
  EXPECT_EQ(one.bill_to->city, "Nashville");
  EXPECT_EQ(one.bill_to->region, "TN");
  EXPECT_EQ(one.bill_to->country, "US");
}

TEST_F(TrytonTest, ReadsStockOfAWarehouse) {
  tryton::Rpc rpc(config(server_.url));
  const auto now = canonical::now().ns;
  const auto snapshot = tryton::read_stock(rpc, "DFW", now);
  ASSERT_TRUE(snapshot);
  std::map<std::string, std::int64_t> stock;
  for (const auto& line : snapshot->lines) {
    stock[line.sku] = line.on_hand.e4 / canonical::Quantity::kScale;
  }
  EXPECT_EQ(stock.at("SKU-001"), 300);
  EXPECT_EQ(stock.at("SKU-020"), 200);
  EXPECT_FALSE(tryton::read_stock(rpc, "NOWHERE", now));
}

TEST_F(TrytonTest, SaleAndInvoiceAreMadeOnceHoweverOftenTheyAreAskedFor) {
  tryton::Rpc rpc(config(server_.url));
  tryton::Sales sales(rpc, config(server_.url));
  const auto order = routed("ord_twice");
  const auto first = sales.register_order(order);
  const auto second = sales.register_order(order);
  EXPECT_FALSE(first.number.empty());
  EXPECT_EQ(first.number, second.number);
  const auto request = invoice_for(order, "inv_twice");
  const auto posted = sales.post_invoice(request);
  EXPECT_TRUE(posted.number.starts_with("INV-")) << posted.number;
  EXPECT_EQ(posted.total.minor, 2180);
  EXPECT_EQ(sales.post_invoice(request).number, posted.number);
  // The invoice belongs to the sale there.
  const auto rows = rpc.search_read("sale.sale", tryton::domain_of({{"web_id", "=", "ord_twice"}}),
                                    {"state", "invoices"});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("invoices").as_array().size(), 1u);
  EXPECT_NE(tryton::text_of(rows[0], "state"), "draft");
}

TEST_F(TrytonTest, ChargesBesideTheGoodsAreLinesOfTheInvoice) {
  tryton::Rpc rpc(config(server_.url));
  tryton::Sales sales(rpc, config(server_.url));
  const auto order = routed("ord_charges");
  sales.register_order(order);
  auto request = invoice_for(order, "inv_charges");
  request.invoice.charges = {{"freight", {1250, "USD"}, "Freight, prepaid", {}},
                             {"discount", {-200, "USD"}, {}, {}}};
  request.invoice.total.minor += 1050;
  const auto posted = sales.post_invoice(request);
  EXPECT_EQ(posted.lines_total.minor, 2180);
  EXPECT_EQ(posted.total.minor, 3230 + posted.tax_total.minor);
  ASSERT_EQ(posted.charges.size(), 2u);
  const auto rows = rpc.search_read("account.invoice.line",
                                    tryton::domain_of({{"invoice.reference", "=", "inv_charges"}}),
                                    {"description", "unit_price", "product"});
  ASSERT_EQ(rows.size(), 3u);
  std::map<std::string, std::string> beside;
  for (const auto& row : rows) {
    if (row.at("product").is_null()) {
      beside[tryton::text_of(row, "description")] = tryton::decimal_text(row, "unit_price");
    }
  }
  EXPECT_EQ(beside.at("Freight, prepaid").substr(0, 5), "12.50");
  EXPECT_EQ(beside.at("discount").substr(0, 5), "-2.00");
}

// A warehouse whose day has not ended invoices after one whose next day has begun.
TEST_F(TrytonTest, AnInvoiceOfYesterdayIsPostedAfterOneOfToday) {
  tryton::Rpc rpc(config(server_.url));
  tryton::Sales sales(rpc, config(server_.url));
  const auto order = routed("ord_days");
  sales.register_order(order);
  const std::int64_t now = canonical::now().ns;
  auto today = invoice_for(order, "inv_today");
  today.invoice.invoice_date = canonical::local_date({now}, "UTC");
  auto yesterday = invoice_for(order, "inv_yesterday");
  yesterday.invoice.invoice_date = canonical::local_date({now - 86'400'000'000'000}, "UTC");
  EXPECT_EQ(sales.post_invoice(today).invoice_date, today.invoice.invoice_date);
  const auto posted = sales.post_invoice(yesterday);
  EXPECT_TRUE(posted.number.starts_with("INV-")) << posted.number;
  EXPECT_EQ(posted.invoice_date, yesterday.invoice.invoice_date);
  EXPECT_EQ(sales.post_invoice(yesterday).number, posted.number);
  // What is refused for another reason stays refused, and undated.
  auto wrong = invoice_for(order, "inv_wrong");
  wrong.invoice.invoice_date = canonical::LocalDate{2001, 2, 3};  // no fiscal year has it
  EXPECT_THROW(sales.post_invoice(wrong), tryton::Fault);
  const auto rows =
      rpc.search_read("account.invoice", tryton::domain_of({{"reference", "=", "inv_wrong"}}),
                      {"state", "accounting_date"});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_NE(tryton::text_of(rows[0], "state"), "posted");
  EXPECT_FALSE(tryton::date_of(rows[0], "accounting_date"));
}

TEST_F(TrytonTest, SaleIsMadeOnceByHandsThatRace) {
  const auto order = routed("ord_race");
  std::vector<std::thread> hands;
  std::atomic<int> done{0};
  hands.reserve(4);
  for (int i = 0; i < 4; ++i) {
    hands.emplace_back([&] {
      tryton::Rpc rpc(config(server_.url));
      tryton::Sales sales(rpc, config(server_.url));
      for (int tries = 0; tries < 20; ++tries) {
        try {
          sales.register_order(order);
          ++done;
          return;
        } catch (const tryton::Fault& fault) {
          if (fault.kind() != tryton::FaultKind::busy) {
            ADD_FAILURE() << fault.what();
            return;
          }
          std::this_thread::sleep_for(milliseconds(200));
        }
      }
    });
  }
  for (auto& hand : hands) {
    hand.join();
  }
  EXPECT_EQ(done, 4);
  tryton::Rpc rpc(config(server_.url));
  EXPECT_EQ(
      rpc.search_read("sale.sale", tryton::domain_of({{"web_id", "=", "ord_race"}}), {"id"}).size(),
      1u);
}

TEST_F(TrytonTest, SaysWhatIsWrong) {
  tryton::Rpc rpc(config(server_.url));
  tryton::Sales sales(rpc, config(server_.url));
  auto order = routed("ord_wrong");
  order.order.header.customer = "CUST-NOBODY";
  try {
    sales.register_order(order);
    FAIL() << "an unknown customer was taken";
  } catch (const tryton::Fault& fault) {
    EXPECT_EQ(fault.kind(), tryton::FaultKind::refused);
    EXPECT_NE(std::string(fault.what()).find("CUST-NOBODY"), std::string::npos) << fault.what();
  }
  // Without a sale there is nothing to invoice yet; that can change.
  try {
    sales.post_invoice(invoice_for(routed("ord_none"), "inv_none"));
    FAIL() << "an invoice without a sale was made";
  } catch (const tryton::Fault& fault) {
    EXPECT_EQ(fault.kind(), tryton::FaultKind::busy);
  }
  auto wrong = config(server_.url);
  wrong.password = Secret("wrong");
  tryton::Rpc stranger(wrong);
  try {
    stranger.search_read("sale.sale", {}, {"id"});
    FAIL() << "a wrong password was taken";
  } catch (const tryton::Fault& fault) {
    EXPECT_EQ(fault.kind(), tryton::FaultKind::unauthorised);
  }
}

// Twenty orders through the whole house while its processes are killed and Tryton commits and then
// drops connections.
TEST_F(TrytonTest, TwentyOrdersAreSoldAndInvoicedOnceWhilePartsAreKilled) {
  LosingProxy proxy(server_.url);
  const auto before = books();
  StackOptions options;
  options.data = folder_->path() / "stack";
  options.log_level = "warning";
  options.crashes_per_minute = 10'000;
  options.carrier_options = {"--track-after", "600000"};
  options.wms_options = {"--short-every", "7"};
  options.settle = "2s";
  options.tryton = server_;
  options.tryton->url = proxy.url();
  Stack stack(options);
  stack.start_simulators();
  stack.write_configuration();
  stack.start_host();
  ASSERT_TRUE(stack.wait_for_master_data(seconds(120)));
  proxy.lose_every = 9;

  std::mt19937_64 random(7);
  std::vector<std::string> numbers;
  for (int i = 0; i < 20; ++i) {
    numbers.push_back("ERP-" + std::to_string(i));
    stack.drop("erp-" + std::to_string(i) + ".x12",
               interchange_850(i % kRetailers, 900 + i, {{numbers.back(), {{1 + i % 19, 3}}}}));
  }
  const int kills = std::getenv("CROSSDOCK_NIGHTLY") != nullptr ? 14 : 6;
  for (int i = 0; i < kills; ++i) {
    std::this_thread::sleep_for(milliseconds(600 + random() % 900));
    if (i % 5 == 4) {
      stack.kill_host();
      stack.start_host();
      continue;
    }
    const auto workers = stack.workers();
    const auto victim = workers.find(i % 2 == 0 ? "erp" : "wms");
    if (victim != workers.end()) {
      ::kill(victim->second, SIGKILL);
    }
  }
  proxy.lose_every = 0;
  // A delivery that hangs is given up after two minutes; patience for two of them in a row.
  ASSERT_TRUE(stack.wait_for_drain(seconds(480)))
      << "connectors: " << json::serialize(stack.get("/v1/connectors").value_or(nullptr))
      << "\ndead letters: " << json::serialize(stack.get("/v1/dead-letters").value_or(nullptr))
      << "\nsettled and waiting: " << json::serialize(stack.get("/v1/service").value_or(nullptr));
  EXPECT_GT(proxy.lost(), 0);
  auto after = books();
  const auto without = [](std::vector<std::string>& list, const std::vector<std::string>& earlier) {
    for (const auto& one : earlier) {
      list.erase(std::find(list.begin(), list.end(), one));
    }
  };
  without(after.sales, before.sales);
  without(after.invoices, before.invoices);
  for (const auto& finding : tally(stack, numbers, after)) {
    ADD_FAILURE() << finding;
  }
  EXPECT_EQ(stack.stop_host(), 0);
}

}  // namespace
}  // namespace crossdock::support
