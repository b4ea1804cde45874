#include "plugins/edi_x12/engine/parallel/parallel_sink.hpp"

#include <algorithm>
#include <utility>

#include "plugins/edi_x12/engine/reader/reader.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"

namespace crossdock::x12 {

// Behind a stage: keeps what it says, with lines, which only the recording of the file knows.
class ParallelSink::Outlet final : public Sink {
 public:
  void begin(Recording* out, const Recording* read) {
    out_ = out;
    read_ = read;
  }
  // Of the set that streams through, lines are the lexer's.
  void stream(Lexer* lexer) { lexer_ = lexer; }
  void mute(bool muted) { muted_ = muted; }

  void interchange_begins(const InterchangeHead& head) override {
    if (!muted_) {
      out_->interchange_begins(head);
    }
  }
  void interchange_segment(const SegmentView& segment) override {
    out_->interchange_segment(segment);
  }
  void group_begins(const GroupHead& head) override {
    if (!muted_) {
      out_->group_begins(head);
    }
  }
  void set_begins(const SetHead& head) override { out_->set_begins(head); }
  void segment(const SegmentView& segment, std::uint32_t position) override {
    if (position <= kSegmentsTold) {
      out_->segment(segment, position);
    }
  }
  void segments(std::span<SegmentView> run, std::uint32_t first_position) override {
    for (; !run.empty() && first_position <= kSegmentsTold; run = run.subspan(1)) {
      segment(run.front(), first_position++);
    }
  }
  void set_ends(const SetEnd& end) override { out_->set_ends(end); }
  void group_ends(const GroupEnd& end) override { out_->group_ends(end); }
  void interchange_ends(const InterchangeEnd& end) override { out_->interchange_ends(end); }
  void finding(const Finding& finding) override {
    if (muted_) {
      return;
    }
    if (finding.line != 0) {
      out_->finding(finding);
      return;
    }
    Finding whole = finding;
    whole.line =
        lexer_ != nullptr ? lexer_->line_of(finding.offset) : read_->line_of(finding.offset);
    out_->finding(whole);
  }
  void made(std::string_view text, std::uint8_t kind) override { out_->made(text, kind); }

 private:
  static constexpr std::uint32_t kSegmentsTold = 2;

  Recording* out_ = nullptr;
  const Recording* read_ = nullptr;
  Lexer* lexer_ = nullptr;
  bool muted_ = false;
};

// In front of the next sink: counts a group's sets, of which each stage saw some only.
class ParallelSink::Totals final : public Relay {
 public:
  using Relay::Relay;
  void group_begins(const GroupHead& head) override {
    accepted_ = flawed_ = rejected_ = 0;
    next_.group_begins(head);
  }
  void set_ends(const SetEnd& end) override {
    const char status = end.status();
    ++(status == 'R' ? rejected_ : accepted_);
    flawed_ += status == 'E' ? 1 : 0;
    next_.set_ends(end);
  }
  void group_ends(const GroupEnd& end) override {
    GroupEnd whole = end;
    whole.accepted = accepted_;
    whole.flawed = flawed_;
    whole.rejected = rejected_;
    next_.group_ends(whole);
  }

 private:
  std::uint32_t accepted_ = 0, flawed_ = 0, rejected_ = 0;
};

struct ParallelSink::Stage {
  Outlet outlet;
  std::unique_ptr<Sink> sink;
  Place place;
};

ParallelSink::ParallelSink(const MakeStage& make, Sink& next, unsigned threads,
                           const Bounds& bounds)
    : bounds_(bounds), totals_(std::make_unique<Totals>(next)) {
  threads = std::max(threads, 1U);
  for (unsigned i = 0; i < threads; ++i) {
    auto& one = *stages_.emplace_back(std::make_unique<Stage>());
    one.sink = make(one.outlet);
  }
  batches_.resize(threads * kBatchesPerThread);
  for (unsigned i = 1; i < threads; ++i) {
    threads_.emplace_back([this, &stage = *stages_[i]] { work(stage); });
  }
}

ParallelSink::~ParallelSink() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  handed_over_.notify_all();
  for (auto& one : threads_) {
    one.join();
  }
}

void ParallelSink::reading(Lexer& lexer) {
  lexer_ = &lexer;
  for (auto& one : batches_) {
    one.read.reading(lexer);
  }
}

Sink& ParallelSink::way() { return streams_ ? *stages_[0]->sink : batch(recorded_).read; }

void ParallelSink::interchange_begins(const InterchangeHead& head) {
  way().interchange_begins(head);
  place_ = {std::make_shared<const InterchangeHead>(head), nullptr};
  passed();
}

void ParallelSink::interchange_segment(const SegmentView& segment) {
  way().interchange_segment(segment);
  passed();
}

void ParallelSink::group_begins(const GroupHead& head) {
  way().group_begins(head);
  place_.group = std::make_shared<const GroupHead>(head);
  passed();
}

void ParallelSink::set_begins(const SetHead& head) {
  in_set_ = true;
  set_from_ = batch(recorded_).read.size();
  way().set_begins(head);
  passed();
}

void ParallelSink::segment(const SegmentView& segment, std::uint32_t position) {
  way().segment(segment, position);
  passed();
}

void ParallelSink::segments(std::span<SegmentView> run, std::uint32_t first_position) {
  way().segments(run, first_position);
  passed();
}

void ParallelSink::set_ends(const SetEnd& end) {
  way().set_ends(end);
  in_set_ = false;
  passed();
}

void ParallelSink::group_ends(const GroupEnd& end) {
  way().group_ends(end);
  place_.group = nullptr;
  passed();
}

void ParallelSink::interchange_ends(const InterchangeEnd& end) {
  way().interchange_ends(end);
  place_ = {};
  passed();
}

void ParallelSink::finding(const Finding& finding) {
  way().finding(finding);
  passed();
}

void ParallelSink::made(std::string_view text, std::uint8_t kind) {
  way().made(text, kind);
  passed();
}

void ParallelSink::passed() {
  auto& now = batch(recorded_);
  if (streams_) {
    tell(now);
    if (!in_set_) {
      streams_ = false;
      stages_[0]->outlet.stream(nullptr);
      stages_[0]->place = now.begins_in = place_;
    }
  } else if (!in_set_) {
    if (now.read.size() >= bounds_.batch) {
      hand_over();
    }
  } else if (now.read.size() - set_from_ > bounds_.largest_held) {
    stream_set();
  }
}

void ParallelSink::hand_over() {
  batch(recorded_).ends_in = place_;
  {
    const std::lock_guard lock(mutex_);
    ++recorded_;
  }
  handed_over_.notify_one();
  tell_done();
  while (recorded_ - told_ == batches_.size()) {
    help_or_wait();
  }
  batch(recorded_).begins_in = place_;
}

// The set under way is too large to be held: all before it is told, then what is recorded of it;
// the rest follows as it is read.
void ParallelSink::stream_set() {
  while (told_ != recorded_) {
    help_or_wait();
  }
  auto& now = batch(recorded_);
  now.ends_in = place_;
  look_at(now, *stages_[0]);
  tell(now);
  stages_[0]->outlet.stream(lexer_);
  streams_ = true;
}

void ParallelSink::finish() {
  if (!batch(recorded_).read.empty()) {
    hand_over();
  }
  while (told_ != recorded_) {
    help_or_wait();
  }
}

void ParallelSink::look_at(Batch& batch, Stage& stage) {
  try {
    stage.outlet.begin(&batch.outcome, &batch.read);
    if (stage.place != batch.begins_in) {
      stage.outlet.mute(true);
      if (batch.begins_in.interchange) {
        stage.sink->interchange_begins(*batch.begins_in.interchange);
      }
      if (batch.begins_in.group) {
        stage.sink->group_begins(*batch.begins_in.group);
      }
      stage.outlet.mute(false);
    }
    batch.read.replay(*stage.sink);
    stage.place = batch.ends_in;
  } catch (...) {
    batch.fault = std::current_exception();
  }
}

void ParallelSink::tell(Batch& batch) {
  batch.outcome.replay(*totals_);
  batch.read.clear();
  batch.outcome.clear();
  if (batch.fault) {
    std::rethrow_exception(std::exchange(batch.fault, nullptr));
  }
}

// The oldest ones, as far as they are looked at.
void ParallelSink::tell_done() {
  while (told_ != recorded_) {
    auto& oldest = batch(told_);
    {
      const std::lock_guard lock(mutex_);
      if (!std::exchange(oldest.done, false)) {
        return;
      }
    }
    ++told_;
    tell(oldest);
  }
}

// The reading thread cannot read on: it looks at a batch itself, else waits for the oldest one.
void ParallelSink::help_or_wait() {
  {
    std::unique_lock lock(mutex_);
    if (taken_ != recorded_) {
      auto& next = batch(taken_++);
      lock.unlock();
      look_at(next, *stages_[0]);
      lock.lock();
      next.done = true;
    } else {
      looked_at_.wait(lock, [&] { return batch(told_).done; });
    }
  }
  tell_done();
}

void ParallelSink::work(Stage& stage) {
  std::unique_lock lock(mutex_);
  for (;;) {
    handed_over_.wait(lock, [&] { return stopping_ || taken_ != recorded_; });
    if (stopping_) {
      return;
    }
    auto& next = batch(taken_++);
    lock.unlock();
    look_at(next, stage);
    lock.lock();
    next.done = true;
    looked_at_.notify_one();
  }
}

bool read_in_parallel(Source& source, Sink& first, ParallelSink& parallel, const Policy& policy) {
  bool any = false;
  try {
    any = Reader(source, first, policy).run();
  } catch (const ReadError&) {
    parallel.finish();
    throw;
  }
  parallel.finish();
  return any;
}

}  // namespace crossdock::x12
