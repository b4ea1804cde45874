// Takes files of the log away whose messages are older than the retention, settled, and not open
// dead letters. A file that holds one that is still owed stays as a whole.
//
// Threads: the journal's writer.
#pragma once

#include "host/journal/log_reader.hpp"

namespace crossdock::host::journal {

// `checkpointed`: from this file on the log is needed for a start. `oldest_ns`: what was recorded
// before may go.
void forget_old_files(SegmentLog& log, IndexTables& tables, const Balance& balance,
                      FileNumber checkpointed, std::int64_t oldest_ns);

}  // namespace crossdock::host::journal
