// Where a request ends, and what is refused before anything else looks at it.
#include "host/http/framing.hpp"

#include <gtest/gtest.h>

namespace crossdock::host::http {
namespace {

using State = Framing::State;

Framing fed(std::string_view bytes, FramingLimits limits = {}) {
  Framing framing(limits);
  framing.feed(bytes);
  return framing;
}

// The status of the refusal, 0 where there is none.
int refusal_of(std::string_view bytes, FramingLimits limits = {}) {
  const auto framing = fed(bytes, limits);
  return framing.state() == State::refused ? framing.refusal().status : 0;
}

TEST(Framing, TakesARequestInWhateverPieces) {
  const std::string request =
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-One: 1\r\n\r\nhelloGET ";
  for (std::size_t piece = 1; piece <= request.size(); ++piece) {
    Framing framing({});
    std::string after;
    for (std::size_t at = 0; at < request.size(); at += piece) {
      if (framing.state() == State::whole) {
        after += request.substr(at, piece);
        continue;
      }
      framing.feed(std::string_view(request).substr(at, piece));
    }
    ASSERT_EQ(framing.state(), State::whole) << piece;
    EXPECT_EQ(framing.take_head(), "POST /a HTTP/1.1\r\nHost: x\r\nX-One: 1\r\n\r\n");
    EXPECT_EQ(framing.take_body(), "hello");
    EXPECT_EQ(framing.rest() + after, "GET ");
  }
}

TEST(Framing, TakesChunksOutInWhateverPieces) {
  const std::string request =
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;name=value\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: 1\r\n\r\n";
  for (std::size_t piece = 1; piece <= request.size(); ++piece) {
    Framing framing({});
    for (std::size_t at = 0; at < request.size(); at += piece) {
      framing.feed(std::string_view(request).substr(at, piece));
    }
    ASSERT_EQ(framing.state(), State::whole) << piece;
    EXPECT_EQ(framing.take_head(), "POST /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(framing.take_body(), "abcde");
  }
}

TEST(Framing, WhatTwoReadersCouldUnderstandDifferentlyIsRefused) {
  const std::string start = "POST /a HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(refusal_of("GET /a HTTP/1.1\r\n\r\n"), 400) << "no Host";
  EXPECT_EQ(refusal_of("GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Content-Length: -3\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Content-Length: 3, 3\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Content-Length: \r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Content-Length: 99999999999999999999999\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of(start + "Transfer-Encoding: chunked\r\n\r\n-2\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Transfer-Encoding: chunked\r\n\r\nx\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "Bad Name: 1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + " folded: 1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + std::string("X: a\0b\r\n\r\n", 10)), 400);
  EXPECT_EQ(refusal_of(start + "X: a\nY: b\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "REMOTE_ADDR: 6.6.6.6\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET /%0d%0aX HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505);
  EXPECT_EQ(refusal_of(start + "Content-Encoding: gzip\r\n\r\n"), 415);
  EXPECT_EQ(refusal_of(start + "Range: bytes=0-1,0-1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(start + "X-Fine: 1\r\n\r\n"), 0);
}

TEST(Framing, EveryPartIsBounded) {
  const std::string start = "POST /a HTTP/1.1\r\nHost: x\r\n";
  FramingLimits limits;
  limits.body_bytes = 10;
  EXPECT_EQ(refusal_of("GET /" + std::string(20'000, 'a')), 431) << "a line without an end";
  EXPECT_EQ(refusal_of("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414);
  std::string many = start;
  for (int i = 0; i < 64; ++i) {
    many += "X: 1\r\n";
  }
  EXPECT_EQ(refusal_of(many + "\r\n"), 431);
  EXPECT_EQ(refusal_of(start + "Content-Length: 11\r\n\r\n", limits), 413);
  EXPECT_EQ(refusal_of(start + "Content-Length: 10\r\n\r\n", limits), 0);
  const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(refusal_of(chunked + "6\r\nabcdef\r\n5\r\n", limits), 413);
  EXPECT_EQ(refusal_of(chunked + "fffffffffffffff\r\n", limits), 413);
  EXPECT_EQ(refusal_of(chunked + "ffffffffffffffffffff\r\n", limits), 400);
  EXPECT_EQ(refusal_of(chunked + std::string(100, '0')), 400) << "a size without an end";
  EXPECT_EQ(refusal_of(chunked + "0\r\n" + std::string(5000, 'a')), 431) << "trailers";
  std::string trailers = chunked + "0\r\n";
  for (int i = 0; i < 500; ++i) {
    trailers += "Trailer: 1\r\n";
  }
  EXPECT_EQ(refusal_of(trailers), 431);
}

TEST(Framing, AsksForTheBodyOnce) {
  auto framing =
      fed("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  EXPECT_EQ(framing.state(), State::body);
  EXPECT_TRUE(framing.wants_continue());
  EXPECT_FALSE(framing.wants_continue());
  framing.feed("a");
  EXPECT_EQ(framing.state(), State::whole);
}

}  // namespace
}  // namespace crossdock::host::http
