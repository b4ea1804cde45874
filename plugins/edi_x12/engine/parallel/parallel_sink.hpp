// Several threads for one file: a sink behind the reader that has the sets looked at side by side
// and tells the next sink, in the order of the file, what came of them. The result is that of one
// thread, to the byte: sets do not know of each other, and what is counted across them (the sets of
// a group) is counted once they are in order again.
//
// The thread that reads records sets; as soon as it has some of them, another thread takes them
// through a stage of its own (checker, mapping). When the others are busy, the reading thread takes
// sets itself, so that it never waits while there is work. Whatever was looked at is told from the
// reading thread, the oldest first, each time it has recorded a batch.
//
// Memory: kBatchesPerThread batches for each thread, each of about Bounds::batch bytes or one set;
// a set larger than Bounds::largest_held is not held, but goes segment by segment through the
// reading thread.
//
// The sink, the next one and finish() are the reading thread's; each stage is used by one thread at
// a time.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "plugins/edi_x12/engine/parallel/recording.hpp"
#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12 {

class ParallelSink final : public Sink {
 public:
  static constexpr std::size_t kBatchesPerThread = 3;
  struct Bounds {                        // in bytes of the file, roughly
    std::size_t batch = 64 * 1024;       // what is handed over at once: whole sets
    std::size_t largest_held = 1 << 20;  // of a set
  };

  // The sinks of one thread between the reader and `next`: as a reader with one thread would have
  // them, ParallelSink left out. A stage sees some of the sets only, and may be told anew of the
  // interchange and the group that it is in. Of a set's segments, it hands on the first two.
  using MakeStage = std::function<std::unique_ptr<Sink>(Sink& next)>;

  // `threads` with the one that reads; stages are made here, on its thread. `next` is borrowed.
  ParallelSink(const MakeStage& make, Sink& next, unsigned threads)
      : ParallelSink(make, next, threads, Bounds()) {}
  ParallelSink(const MakeStage& make, Sink& next, unsigned threads, const Bounds& bounds);
  // What was not told yet is dropped.
  ~ParallelSink() override;
  ParallelSink(const ParallelSink&) = delete;
  ParallelSink& operator=(const ParallelSink&) = delete;

  // Tells all that is left; to be called when reading ends, also where it ends with a fault. What a
  // stage throws is thrown here or by an event, once all before it is told; nothing may follow
  // then.
  void finish();

  void reading(Lexer& lexer) override;
  void interchange_begins(const InterchangeHead& head) override;
  void interchange_segment(const SegmentView& segment) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void segment(const SegmentView& segment, std::uint32_t position) override;
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override;
  void set_ends(const SetEnd& end) override;
  void group_ends(const GroupEnd& end) override;
  void interchange_ends(const InterchangeEnd& end) override;
  void finding(const Finding& finding) override;
  void made(std::string_view text, std::uint8_t kind) override;

 private:
  // Where in the envelopes a batch begins or a stage stands; null: outside.
  struct Place {
    std::shared_ptr<const InterchangeHead> interchange;
    std::shared_ptr<const GroupHead> group;
    bool operator==(const Place&) const = default;
  };
  struct Batch {
    Recording read;     // by the reader
    Recording outcome;  // by a stage
    Place begins_in, ends_in;
    std::exception_ptr fault;
    bool done = false;  // guarded by mutex_
  };
  class Outlet;
  class Totals;
  struct Stage;

  Batch& batch(std::uint64_t number) { return batches_[number % batches_.size()]; }
  // Where an event goes now.
  Sink& way();
  // After an event: what is recorded is handed over when it is enough.
  void passed();
  void hand_over();
  void stream_set();
  void look_at(Batch& batch, Stage& stage);
  void tell(Batch& batch);
  void tell_done();
  void help_or_wait();
  void work(Stage& stage);

  const Bounds bounds_;
  Lexer* lexer_ = nullptr;
  Place place_;
  bool in_set_ = false;
  bool streams_ = false;      // the set under way goes through the reading thread
  std::size_t set_from_ = 0;  // size of the recording where the set under way begins
  std::unique_ptr<Totals> totals_;
  std::vector<std::unique_ptr<Stage>> stages_;  // the first is the reading thread's
  std::deque<Batch> batches_;                   // used in turns

  std::mutex mutex_;
  std::condition_variable handed_over_, looked_at_;
  // Batches are numbered in the file's order: told <= taken <= recorded.
  std::uint64_t recorded_ = 0, taken_ = 0, told_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Reads a source to its end into `first`, behind which `parallel` stands (or which it is), and
// finishes it. False: nothing in it is X12. Throws ReadError, with everything before it told.
bool read_in_parallel(Source& source, Sink& first, ParallelSink& parallel, const Policy& policy);

}  // namespace crossdock::x12
