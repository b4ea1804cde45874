// From a document to what AS2 carries, and back: compress, sign, encrypt in the order that the
// partner agreed to (RFC 4130, 5402), and the digest (MIC) that the receipt must bear.
//
// Pure but for random numbers.
#pragma once

#include <string>
#include <vector>

#include "plugins/edi_x12/transports/as2/cryptography.hpp"
#include "plugins/edi_x12/transports/as2/mime.hpp"
#include "plugins/edi_x12/transports/settings.hpp"

namespace crossdock::edi::as2 {

// An entity on its way: its head fields travel as fields of HTTP.
struct Packed {
  std::string content_type;
  std::string disposition;  // of a document that is not wrapped in anything, else empty
  std::string body;
  std::string mic;     // base64
  std::string digest;  // that the MIC was made with: sha256
};

// `mark` becomes part of boundaries; `at`: seconds since the epoch, the time of the signature.
Packed pack(const std::string& document, const std::string& file_name, const As2Settings& partner,
            const Identity& us, const std::vector<Certificate>& theirs, std::int64_t at,
            const std::string& mark);

// multipart/signed around an entity.
Packed pack_signed(const std::string& entity, const Identity& us, const std::string& digest,
                   std::int64_t at, const std::string& mark);

struct Unpacked {
  std::string document;   // bytes of the innermost entity, transfer encoding undone
  std::string report;     // instead of a document: the multipart/report of a receipt, whole
  std::string file_name;  // as the sender gave it, made safe; may be empty
  std::string mic;        // base64
  std::string digest;     // that the MIC was made with: sha256
  bool is_signed = false;
  bool is_encrypted = false;
  // Why it is not taken: RFC 4130's word for it, and plain words. Empty: it is taken.
  std::string fault;
  std::string reason;
};

// The message's own head fields are given as HTTP brought them. `digest`: wanted for the MIC where
// the message is not signed.
struct Outer {
  std::string content_type;
  std::string transfer_encoding;
  std::string disposition;
};
Unpacked unpack(const Outer& outer, const std::string& body, const As2Settings& partner,
                const std::vector<Identity>& us, const std::vector<Certificate>& theirs,
                std::int64_t now, const std::string& digest);

}  // namespace crossdock::edi::as2
