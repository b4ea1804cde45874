// The HTTP client: what a failed request means for what was asked.
#include <gtest/gtest.h>

#include <crossdock/http.hpp>
#include <thread>

namespace crossdock {
namespace {

class Server {
 public:
  Server() {
    http.Get("/fine", [](const httplib::Request&, httplib::Response& r) {
      r.set_content("yes", "text/plain");
    });
    http.Get("/away",
             [](const httplib::Request&, httplib::Response& r) { r.set_redirect("/fine"); });
    http.Get("/big", [](const httplib::Request&, httplib::Response& r) {
      r.set_content(std::string(1 << 20, 'x'), "text/plain");
    });
    http.Get("/later", [](const httplib::Request&, httplib::Response& r) {
      r.status = 429;
      r.set_header("Retry-After", "7");
    });
    http.Post("/lost", [](const httplib::Request&, httplib::Response& r) {
      r.set_content_provider(1000, "text/plain",
                             [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
    });
    http.Post("/slow", [](const httplib::Request&, httplib::Response&) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
    });
    port = http.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { http.listen_after_bind(); });
    while (!http.is_running()) {
      std::this_thread::yield();  // stop() of a server that has not begun is lost
    }
  }
  ~Server() {
    http.stop();
    thread.join();
  }
  HttpClient client(std::size_t most = 1000) const {
    HttpOptions options;
    options.base_url = "http://127.0.0.1:" + std::to_string(port);
    options.timeout = std::chrono::milliseconds(300);
    options.most_answer_bytes = most;
    return HttpClient(options);
  }
  httplib::Server http;
  int port = 0;
  std::thread thread;
};

TEST(Http, AnswersComeWithTheirStatusAndBody) {
  const Server server;
  const auto result = server.client().get("/fine");
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.body, "yes");
}

TEST(Http, RedirectsAreNotFollowed) {
  const Server server;
  EXPECT_EQ(server.client().get("/away").status, 302);
}

TEST(Http, AnswersAreBounded) {
  const Server server;
  EXPECT_EQ(server.client().get("/big").failure, HttpFailure::too_large);
  EXPECT_TRUE(server.client(2 << 20).get("/big").ok());
}

TEST(Http, ALostAnswerToAWriteIsInDoubtAndToAReadIsNot) {
  const Server server;
  for (const char* path : {"/lost", "/slow"}) {
    const auto result = server.client().post(path, "{}");
    EXPECT_EQ(result.failure, HttpFailure::unknown) << path;
    EXPECT_EQ(outcome_of(result, HttpEffect::write).kind(), XD_UNKNOWN);
    EXPECT_EQ(outcome_of(result, HttpEffect::read).kind(), XD_RETRY);
  }
}

TEST(Http, WhatWasNeverSentCanBeTriedAgain) {
  HttpOptions options;
  {
    const Server gone;
    options.base_url = "http://127.0.0.1:" + std::to_string(gone.port);
  }
  const auto result = HttpClient(options).post("/x", "{}");
  EXPECT_EQ(result.failure, HttpFailure::not_sent);
  EXPECT_EQ(outcome_of(result, HttpEffect::write).kind(), XD_RETRY);
}

TEST(Http, TranslatesStatuses) {
  const Server server;
  const auto later = outcome_of(server.client().get("/later"), HttpEffect::write);
  EXPECT_EQ(later.kind(), XD_THROTTLED);
  EXPECT_EQ(later.after(), std::chrono::seconds(7));
  const auto with = [](int status) {
    HttpResult result;
    result.status = status;
    return outcome_of(result, HttpEffect::write).kind();
  };
  EXPECT_EQ(with(200), XD_DONE);
  EXPECT_EQ(with(401), XD_UNAUTHORISED);
  EXPECT_EQ(with(404), XD_REJECTED);
  EXPECT_EQ(with(503), XD_UNKNOWN);
}

}  // namespace
}  // namespace crossdock
