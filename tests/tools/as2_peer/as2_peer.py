#!/usr/bin/env python3
"""An AS2 station to test against, independent of ours: all of its cryptography is the command line
of OpenSSL (`openssl cms`), its MIME, DER and receipts are its own.

    as2_peer.py --id PEER --other-id US --key peer.key --cert peer.pem --other-cert us.pem --folder DIR

Listens on a free port of 127.0.0.1 and prints {"port": N}. What it received and sent lies below DIR
and survives a kill. Over HTTP:

    POST /as2        a transmission of the other side
    POST /control    {"answer": "receipt" | "none" | "close" | "error" | "negative" | "wrong_mic" |
                      "unsigned", "times": how often, then "receipt" again}
    POST /send       {"url", "document", ...}: packs, sends, checks the receipt; answers with what
                     came of it (options: see send)
    GET /records     what was received: [{message_id, name, document, times, ...}]
    GET /receipts    asynchronous receipts that came for what was sent
"""
import argparse
import base64
import hashlib
import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import zlib

options = None
lock = threading.Lock()
control = {"answer": "receipt", "times": 0}
sent = {}      # Message-ID to what its receipt must say
receipts = []  # asynchronous ones


def openssl(arguments, data):
    done = subprocess.run(["openssl"] + arguments, input=data, capture_output=True)
    if done.returncode != 0:
        raise ValueError("openssl " + arguments[1] + ": " + done.stderr.decode("utf-8", "replace"))
    return done.stdout


# --- DER, as much as CompressedData needs (RFC 3274) ---------------------------------------------

def der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def read_der(data, at=0):
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size, at = int.from_bytes(data[at:at + count], "big"), at + count
    return tag, data[at:at + size], at + size


COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
ZLIB = bytes.fromhex("060b2a864886f70d0109100308")
DATA = bytes.fromhex("06092a864886f70d010701")


def compress(data):
    content = der(0x30, DATA + der(0xA0, der(0x04, zlib.compress(data))))
    inner = der(0x30, der(0x02, b"\0") + der(0x30, ZLIB) + content)
    return der(0x30, COMPRESSED + der(0xA0, inner))


def decompress(data):
    _, outer, _ = read_der(data)
    assert outer.startswith(COMPRESSED), "not CompressedData"
    _, inner, _ = read_der(outer, len(COMPRESSED))
    _, fields, _ = read_der(inner)
    _, _, at = read_der(fields)
    _, algorithm, at = read_der(fields, at)
    assert algorithm.startswith(ZLIB), "not zlib"
    _, content, _ = read_der(fields, at)
    _, explicit, _ = read_der(content, len(DATA))
    _, octets, _ = read_der(explicit)
    return zlib.decompress(octets)


# --- MIME ----------------------------------------------------------------------------------------

def head_and_body(entity):
    at = entity.index(b"\r\n\r\n")
    head = re.sub(r"\r\n[ \t]+", " ", entity[:at].decode("latin-1"))
    fields = {}
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return fields, entity[at + 4:]


def parameter(value, name):
    found = re.search(name + r'="?([^";]+)"?', value, re.I)
    return found.group(1) if found else ""


def parts_of(body, boundary):
    mark = b"--" + boundary.encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    assert pieces[-1].startswith(b"--"), "no closing boundary"
    return [piece[2:] for piece in pieces[1:-1]]  # the line break after the boundary


def transferred(fields, body):
    return base64.b64decode(body) if fields.get("content-transfer-encoding") == "base64" else body


def digest_of(data, name):
    return base64.b64encode(hashlib.new(name.replace("-", ""), data).digest()).decode()


# --- packing and unpacking -----------------------------------------------------------------------

def signed(entity, digest, key=None, cert=None):
    signature = openssl(["cms", "-sign", "-binary", "-outform", "DER", "-md", digest.replace("-", ""),
                         "-signer", cert or options.cert, "-inkey", key or options.key], entity)
    boundary = "b" + hashlib.sha256(entity).hexdigest()[:20]
    body = (b"--" + boundary.encode() + b"\r\n" + entity + b"\r\n--" + boundary.encode() +
            b"\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" +
            base64.encodebytes(signature).replace(b"\n", b"\r\n") +
            b"--" + boundary.encode() + b"--\r\n")
    kind = ('multipart/signed; protocol="application/pkcs7-signature"; micalg=' + digest +
            '; boundary="' + boundary + '"')
    return kind, body


def verified(body, kind, cert):
    """The signed part's exact bytes."""
    content, signature = parts_of(body, parameter(kind, "boundary"))
    fields, text = head_and_body(signature)
    with tempfile.NamedTemporaryFile() as detached:
        detached.write(content)
        detached.flush()
        # -nointern and -certfile: only the certificate that we hold of them counts.
        openssl(["cms", "-verify", "-binary", "-inform", "DER", "-content", detached.name,
                 "-nointern", "-certfile", cert, "-noverify"], transferred(fields, text))
    return content


def unpack(fields, body, cert):
    """Returns (fields and bytes of the document or report, MIC, layers)."""
    layers = []
    entity = None
    mic_over = None
    algorithm = "sha-256"
    while True:
        kind = fields["content-type"]
        smime = parameter(kind, "smime-type").lower()
        if kind.lower().startswith("multipart/signed"):
            entity = verified(body, kind, cert)
            mic_over = entity
            algorithm = parameter(kind, "micalg")
            layers.append("signed")
        elif smime in ("enveloped-data", "authenveloped-data"):
            entity = openssl(["cms", "-decrypt", "-binary", "-inform", "DER", "-inkey", options.key,
                              "-recip", options.cert], transferred(fields, body))
            layers.append("encrypted")
        elif smime == "compressed-data":
            entity = decompress(transferred(fields, body))
            layers.append("compressed")
        else:
            break
        fields, body = head_and_body(entity)
    if mic_over is None:
        mic_over = entity if layers else body
    return fields, transferred(fields, body), digest_of(mic_over, algorithm), algorithm, layers


def receipt_entity(message_id, modifier, mic, algorithm):
    note = ("Reporting-UA: peer\r\nOriginal-Recipient: rfc822; " + options.id +
            "\r\nFinal-Recipient: rfc822; " + options.id + "\r\nOriginal-Message-ID: " + message_id +
            "\r\nDisposition: automatic-action/MDN-sent-automatically; processed" +
            ("/" + modifier if modifier else "") + "\r\n")
    if mic:
        note += "Received-content-MIC: " + mic + ", " + algorithm + "\r\n"
    return ("Content-Type: multipart/report; report-type=disposition-notification; boundary=rrr\r\n\r\n"
            "--rrr\r\nContent-Type: text/plain\r\n\r\nthe peer has it\r\n"
            "--rrr\r\nContent-Type: message/disposition-notification\r\n\r\n" + note +
            "\r\n--rrr--\r\n").encode()


def read_receipt(kind, encoding, body):
    """Checks the signature where there is one; returns the fields of the notification."""
    fields = {"content-type": kind, "content-transfer-encoding": encoding}
    is_signed = kind.lower().startswith("multipart/signed")
    if is_signed:
        fields, body = head_and_body(verified(body, kind, options.other_cert))
    kind = fields["content-type"]
    assert kind.lower().startswith("multipart/report"), "no report: " + kind
    for part in parts_of(body, parameter(kind, "boundary")):
        fields, text = head_and_body(part)
        if fields.get("content-type") == "message/disposition-notification":
            note, _ = head_and_body(text.rstrip(b"\r\n") + b"\r\n\r\n")
            note["signed"] = is_signed
            return note
    raise ValueError("no disposition notification")


# --- what was received ---------------------------------------------------------------------------

def record_path(message_id):
    return os.path.join(options.folder, hashlib.sha256(message_id.encode()).hexdigest() + ".json")


def remember(message_id, entry):
    path = record_path(message_id)
    if os.path.exists(path):
        with open(path) as old:
            known = json.load(old)
        known["times"] += 1
        known["same"] = known["same"] and known["document"] == entry["document"]
        entry = known
    with open(path + ".tmp", "w") as out:
        json.dump(entry, out)
        out.flush()
        os.fsync(out.fileno())
    os.rename(path + ".tmp", path)
    return entry


def records():
    out = []
    for name in sorted(os.listdir(options.folder)):
        if name.endswith(".json"):
            with open(os.path.join(options.folder, name)) as one:
                out.append(json.load(one))
    return out


def send(wanted):
    """document (text), message_id, digest (or ""), cipher (or ""), compress ("", before, after),
    receipt ("sync", "async", "none"), unsigned_receipt, chunked, tamper (after signing),
    tamper_cipher, wrong_key (key, cert), encrypt_to (certificate file), as2_to."""
    document = wanted["document"].encode("latin-1")
    message_id = wanted.get("message_id") or "<" + os.urandom(8).hex() + "@peer>"
    digest = wanted.get("digest", "sha-256")
    entity = (b"Content-Type: application/edi-x12\r\nContent-Transfer-Encoding: binary\r\n"
              b'Content-Disposition: attachment; filename="' +
              wanted.get("name", "order.x12").encode() + b'"\r\n\r\n' + document)
    layered = bool(wanted.get("cipher", "aes256")) or bool(wanted.get("compress"))
    mic_over = entity if layered else document
    algorithm = digest or "sha-256"
    if wanted.get("compress") == "before":
        entity = (b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n"
                  b"Content-Transfer-Encoding: binary\r\n\r\n" + compress(entity))
    if digest:
        mic_over = entity
        wrong = wanted.get("wrong_key")
        kind, body = signed(entity, digest, *(wrong if wrong else (None, None)))
        if wanted.get("tamper"):
            body = body.replace(wanted["tamper"][0].encode(), wanted["tamper"][1].encode(), 1)
        entity = b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    if wanted.get("compress") == "after":
        entity = (b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n"
                  b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(compress(entity)))
    cipher = wanted.get("cipher", "aes256")
    encoding = "binary"
    if cipher:
        kind = "application/pkcs7-mime; smime-type=" + (
            "authEnveloped-data" if cipher.endswith("gcm") else "enveloped-data")
        body = openssl(["cms", "-encrypt", "-binary", "-outform", "DER", "-" + cipher,
                        wanted.get("encrypt_to") or options.other_cert], entity)
        if wanted.get("tamper_cipher"):
            body = body[:-20] + bytes([body[-20] ^ 1]) + body[-19:]
    else:
        fields, body = head_and_body(entity)
        kind = fields["content-type"]
        encoding = fields.get("content-transfer-encoding", "binary")
    url = urllib.parse.urlparse(wanted["url"])
    headers = {"AS2-Version": "1.2", "AS2-From": options.id,
               "AS2-To": wanted.get("as2_to", options.other_id), "Message-ID": message_id,
               "Content-Type": kind, "Content-Transfer-Encoding": encoding}
    if wanted.get("receipt", "sync") != "none":
        headers["Disposition-Notification-To"] = options.id
        if not wanted.get("unsigned_receipt"):
            headers["Disposition-Notification-Options"] = (
                "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, " +
                algorithm)
    if wanted.get("receipt") == "async":
        headers["Receipt-Delivery-Option"] = wanted.get("receipt_url") or (
            "http://127.0.0.1:%d/receipts" % options.port)
    sent[message_id] = digest_of(mic_over, algorithm)
    out = {"message_id": message_id, "status": 0}
    try:
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
        if wanted.get("chunked"):
            pieces = [body[at:at + 700] for at in range(0, len(body), 700)]
            connection.request("POST", url.path, body=iter(pieces), headers=headers,
                               encode_chunked=True)
        else:
            connection.request("POST", url.path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as fault:
        out["fault"] = str(fault)
        return out
    out["status"] = answer.status
    out["answer"] = content.decode("latin-1")
    if answer.status == 200 and "multipart" in answer.getheader("Content-Type", ""):
        try:
            note = read_receipt(answer.getheader("Content-Type"),
                                answer.getheader("Content-Transfer-Encoding", ""), content)
            judge(note, out)
        except (ValueError, AssertionError) as fault:
            out["fault"] = str(fault)
    return out


def judge(note, out):
    out["disposition"] = note["disposition"].split(";")[1].strip()
    out["signed"] = note["signed"]
    out["original"] = note["original-message-id"]
    mic = note.get("received-content-mic", "")
    out["mic_right"] = mic.split(",")[0].strip() == sent.get(note["original-message-id"])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            out = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                out += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return out
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def answer(self, status, body=b"", kind="application/json", fields=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (fields or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with lock:
            what = records() if self.path == "/records" else list(receipts)
        self.answer(200, json.dumps(what).encode())

    def do_POST(self):
        body = self.body()
        if self.path == "/control":
            with lock:
                control.update(json.loads(body))
            self.answer(200, b"{}")
        elif self.path == "/send":
            self.answer(200, json.dumps(send(json.loads(body))).encode())
        elif self.path == "/receipts":
            self.take_receipt(body)
        else:
            self.take(body)

    def take_receipt(self, body):
        out = {}
        try:
            judge(read_receipt(self.headers["Content-Type"],
                               self.headers.get("Content-Transfer-Encoding", ""), body), out)
        except (ValueError, AssertionError) as fault:
            out["fault"] = str(fault)
        with lock:
            receipts.append(out)
        self.answer(200)

    def take(self, body):
        with lock:
            how = control["answer"]
            if control["times"] > 0:
                control["times"] -= 1
                if control["times"] == 0:
                    control["answer"] = "receipt"
        if how == "error":
            self.answer(500)
            return
        message_id = self.headers["Message-ID"]
        assert self.headers["AS2-From"] == options.other_id and self.headers["AS2-To"] == options.id
        try:
            fields, document, mic, algorithm, layers = unpack(
                {name.lower(): value for name, value in self.headers.items()}, body,
                options.other_cert)
        except (ValueError, AssertionError) as fault:
            with lock:
                remember(message_id, {"message_id": message_id, "fault": str(fault), "times": 1,
                                      "document": "", "same": True})
            self.answer(400, str(fault).encode())
            return
        with lock:
            if how != "negative":
                remember(message_id, {
                    "message_id": message_id, "layers": layers, "times": 1, "same": True,
                    "name": parameter(fields.get("content-disposition", ""), "filename"),
                    "document": document.decode("latin-1")})
        if how == "close":
            self.close_connection = True
            self.connection.close()
            return
        entity = receipt_entity(message_id, "error: decryption-failed" if how == "negative" else "",
                                digest_of(b"other", algorithm) if how == "wrong_mic" else mic,
                                algorithm)
        if how == "unsigned":
            fields, text = head_and_body(entity)
            kind = fields["content-type"]
        else:
            kind, text = signed(entity, algorithm)
        where = self.headers.get("Receipt-Delivery-Option")
        identity = {"AS2-From": options.id, "AS2-To": options.other_id, "AS2-Version": "1.2",
                    "Message-ID": "<receipt-" + os.urandom(6).hex() + "@peer>"}
        if not where:
            self.answer(200, b"" if how == "none" else text, kind, identity)
            return
        self.answer(200)
        if how != "none":
            threading.Thread(target=post_receipt, args=(where, text, dict(identity, **{
                "Content-Type": kind})), daemon=True).start()


def post_receipt(where, text, headers):
    url = urllib.parse.urlparse(where)
    for _ in range(100):  # the other side may just be down
        try:
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
            connection.request("POST", url.path, body=text, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        threading.Event().wait(0.1)


def main():
    global options
    parser = argparse.ArgumentParser()
    for name in ("id", "other-id", "key", "cert", "other-cert", "folder"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    options.port = server.server_address[1]
    print(json.dumps({"port": options.port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
