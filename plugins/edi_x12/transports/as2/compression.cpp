#include "plugins/edi_x12/transports/as2/compression.hpp"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <zlib.h>

#include <memory>
#include <stdexcept>

namespace crossdock::edi::as2 {
namespace {

// RFC 3274, 1.1; RFC 5652, 3 and 5.2.
struct EncapsulatedContent {
  ASN1_OBJECT* type;
  ASN1_OCTET_STRING* content;
};
struct CompressedData {
  ASN1_INTEGER* version;
  X509_ALGOR* algorithm;
  EncapsulatedContent* content;
};
struct CompressedMessage {
  ASN1_OBJECT* type;
  CompressedData* content;
};

ASN1_SEQUENCE(EncapsulatedContent) =
    {
        ASN1_SIMPLE(EncapsulatedContent, type, ASN1_OBJECT),
        ASN1_EXP_OPT(EncapsulatedContent, content, ASN1_OCTET_STRING, 0),
} static_ASN1_SEQUENCE_END(EncapsulatedContent)

        ASN1_SEQUENCE(CompressedData) =
            {
                ASN1_SIMPLE(CompressedData, version, ASN1_INTEGER),
                ASN1_SIMPLE(CompressedData, algorithm, X509_ALGOR),
                ASN1_SIMPLE(CompressedData, content, EncapsulatedContent),
} static_ASN1_SEQUENCE_END(CompressedData)

                ASN1_SEQUENCE(CompressedMessage) =
                    {
                        ASN1_SIMPLE(CompressedMessage, type, ASN1_OBJECT),
                        ASN1_EXP(CompressedMessage, content, CompressedData, 0),
} static_ASN1_SEQUENCE_END(CompressedMessage)

                        struct FreeMessage {
  void operator()(CompressedMessage* one) const {
    ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(one), ASN1_ITEM_rptr(CompressedMessage));
  }
};
using CmsMessage = std::unique_ptr<CompressedMessage, FreeMessage>;

// Objects are compared by their dotted text: not all have names in every build of OpenSSL.
bool is(const ASN1_OBJECT* object, std::string_view dotted) {
  char text[64];
  const int size = OBJ_obj2txt(text, sizeof text, object, 1);
  return size > 0 && std::string_view(text) == dotted;
}

constexpr char kCompressedData[] = "1.2.840.113549.1.9.16.1.9";
constexpr char kData[] = "1.2.840.113549.1.7.1";
constexpr char kZlib[] = "1.2.840.113549.1.9.16.3.8";

ASN1_OBJECT* object_of(const char* dotted) { return OBJ_txt2obj(dotted, 1); }

}  // namespace

std::string compress(std::string_view bytes) {
  std::string deflated(compressBound(bytes.size()), '\0');
  uLongf size = deflated.size();
  if (::compress2(reinterpret_cast<Bytef*>(deflated.data()), &size,
                  reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(),
                  Z_DEFAULT_COMPRESSION) != Z_OK) {
    throw std::runtime_error("it cannot be compressed: not enough memory");
  }
  deflated.resize(size);
  const CmsMessage message(
      reinterpret_cast<CompressedMessage*>(ASN1_item_new(ASN1_ITEM_rptr(CompressedMessage))));
  message->type = object_of(kCompressedData);
  ASN1_INTEGER_set(message->content->version, 0);
  X509_ALGOR_set0(message->content->algorithm, object_of(kZlib), V_ASN1_UNDEF, nullptr);
  message->content->content->type = object_of(kData);
  message->content->content->content = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(message->content->content->content,
                        reinterpret_cast<const unsigned char*>(deflated.data()),
                        static_cast<int>(deflated.size()));
  unsigned char* der = nullptr;
  const int length = ASN1_item_i2d(reinterpret_cast<ASN1_VALUE*>(message.get()), &der,
                                   ASN1_ITEM_rptr(CompressedMessage));
  if (length <= 0) {
    throw std::runtime_error("compressed data cannot be encoded");
  }
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

std::optional<std::string> decompress(std::string_view bytes, std::size_t most) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const CmsMessage message(reinterpret_cast<CompressedMessage*>(ASN1_item_d2i(
      nullptr, &at, static_cast<long>(bytes.size()), ASN1_ITEM_rptr(CompressedMessage))));
  ERR_clear_error();
  if (message == nullptr || !is(message->type, kCompressedData) ||
      !is(message->content->algorithm->algorithm, kZlib) ||
      message->content->content->content == nullptr) {
    return std::nullopt;
  }
  const auto* deflated = message->content->content->content;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) {
    return std::nullopt;
  }
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> ended(&stream, inflateEnd);
  stream.next_in = const_cast<Bytef*>(ASN1_STRING_get0_data(deflated));
  stream.avail_in = static_cast<uInt>(ASN1_STRING_length(deflated));
  std::string out;
  char part[32 * 1024];
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof part;
    status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = sizeof part - stream.avail_out;
    if ((status != Z_OK && status != Z_STREAM_END) || out.size() + got > most) {
      return std::nullopt;
    }
    out.append(part, got);
  }
  return out;
}

}  // namespace crossdock::edi::as2
