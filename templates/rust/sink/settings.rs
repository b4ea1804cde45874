//! The configuration: {"folder": "/srv/exchange"}. A flat JSON object of texts is all it can be, so
//! this reads no more of JSON than that.

pub const SCHEMA: &str = concat!(
    r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","#,
    r#""properties":{"folder":{"type":"string","description":"where files are written"}},"#,
    r#""required":["folder"],"additionalProperties":false}"#
);

/// The folder, or every fault as (path, words).
pub fn read(text: &[u8]) -> Result<String, Vec<(String, String)>> {
    let fault = |path: &str, words: &str| (path.to_string(), words.to_string());
    let members = match std::str::from_utf8(text).ok().and_then(flat_object) {
        Some(members) => members,
        None => return Err(vec![fault("", "is not a JSON object of texts")]),
    };
    let mut faults = Vec::new();
    let mut folder = None;
    for (key, value) in members {
        if key == "folder" {
            folder = Some(value);
        } else {
            faults.push(fault(&key, "is not known; known is folder"));
        }
    }
    match folder {
        Some(folder) if !folder.is_empty() && faults.is_empty() => return Ok(folder),
        Some(folder) if folder.is_empty() => faults.push(fault("folder", "is empty")),
        None => faults.push(fault("folder", "is missing")),
        _ => {}
    }
    Err(faults)
}

fn flat_object(text: &str) -> Option<Vec<(String, String)>> {
    let mut rest = text.trim().strip_prefix('{')?.trim_start();
    let mut members = Vec::new();
    if rest == "}" {
        return Some(members);
    }
    loop {
        let (key, after_key) = string(rest)?;
        let (value, after_value) = string(after_key.trim_start().strip_prefix(':')?.trim_start())?;
        members.push((key, value));
        rest = after_value.trim_start();
        if rest == "}" {
            return Some(members);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

/// A JSON string at the beginning (RFC 8259, section 7) and what follows it.
fn string(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[1 + at + 1..])),
            '\\' => match chars.next()?.1 {
                c @ ('"' | '\\' | '/') => out.push(c),
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                'b' => out.push('\u{8}'),
                'f' => out.push('\u{c}'),
                'u' => {
                    let mut code = 0;
                    for _ in 0..4 {
                        code = code * 16 + chars.next()?.1.to_digit(16)?;
                    }
                    out.push(char::from_u32(code)?);
                }
                _ => return None,
            },
            c if (c as u32) < 0x20 => return None,
            c => out.push(c),
        }
    }
    None
}
