//! A sink in Rust: each message becomes FOLDER/SUBJECT.json, written whole or not at all. Written
//! again it is the same file, so a repeat does no harm. There is no C++ in it: the contract is C.
//!
//! A panic must not leave a function that the host calls, so each one goes through `guarded`.

mod abi;
mod settings;

use abi::*;
use std::ffi::CStr;
use std::fs;
use std::io::Write;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;

pub struct Instance {
    host: *const Host,
    folder: String,
}

fn guarded<T>(otherwise: T, call: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(otherwise)
}

unsafe fn say(error: *const ErrorSink, reason: &str) {
    if let Some(sink) = error.as_ref() {
        if let Some(set) = sink.set {
            set(sink.context, Bytes::of(reason));
        }
    }
}

unsafe extern "C" fn create(
    host: *const Host,
    configuration: Bytes,
    error: *const ErrorSink,
) -> *mut Instance {
    guarded(std::ptr::null_mut(), || match settings::read(configuration.as_slice()) {
        Ok(folder) => Box::into_raw(Box::new(Instance { host, folder })),
        Err(faults) => {
            let words: Vec<String> =
                faults.iter().map(|(path, fault)| format!("{} {}", path, fault)).collect();
            say(error, &words.join("; "));
            std::ptr::null_mut()
        }
    })
}

unsafe extern "C" fn destroy(instance: *mut Instance) {
    guarded((), || drop(Box::from_raw(instance)));
}

unsafe extern "C" fn start(instance: *mut Instance, error: *const ErrorSink) -> i32 {
    guarded(XD_FAILED, || match fs::create_dir_all(&(*instance).folder) {
        Ok(()) => XD_OK,
        Err(fault) => {
            say(error, &format!("{} cannot be made: {}", (*instance).folder, fault));
            XD_FAILED
        }
    })
}

unsafe extern "C" fn stop(_instance: *mut Instance) {}

unsafe extern "C" fn deliver(instance: *mut Instance, messages: *const Message, count: usize) -> i32 {
    guarded(XD_FAILED, || {
        let mut message = messages;
        for _ in 0..count {
            let (kind, reason) = bring_out(&*instance, &*message);
            complete(&*instance, (*message).token, kind, &reason);
            // A host of a later minor may have longer structs: the next one begins struct_size on.
            message = (message as *const u8).add((*message).struct_size as usize) as *const Message;
        }
        XD_OK
    })
}

unsafe fn bring_out(instance: &Instance, message: &Message) -> (i32, String) {
    let subject = match std::str::from_utf8(message.subject.as_slice()) {
        Ok(subject) if is_file_name(subject) => subject,
        _ => return (XD_REJECTED, "the subject cannot be a file name".to_string()),
    };
    let data = message.data.as_slice();
    if data.first() != Some(&b'{') {
        return (XD_REJECTED, "the data is not a JSON object".to_string());
    }
    match write_whole(&Path::new(&instance.folder).join(format!("{}.json", subject)), data) {
        Ok(()) => (XD_DONE, String::new()),
        Err(fault) => (XD_RETRY, format!("the file cannot be written: {}", fault)),
    }
}

/// A subject becomes a file name, so it must not be able to lead anywhere else.
fn is_file_name(subject: &str) -> bool {
    !subject.is_empty()
        && subject.len() <= 200
        && !subject.starts_with('.')
        && subject.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c))
}

fn write_whole(path: &Path, data: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let mut file = fs::File::create(&part)?;
    file.write_all(data)?;
    file.sync_all()?;
    fs::rename(&part, path)
}

unsafe fn complete(instance: &Instance, token: u64, kind: i32, reason: &str) {
    let outcome = Outcome {
        struct_size: std::mem::size_of::<Outcome>() as u32,
        kind,
        token,
        retry_after_ns: 0,
        reason: Bytes::of(reason),
        reference: Bytes::none(),
        evidence_request: Bytes::none(),
        evidence_answer: Bytes::none(),
        state: std::ptr::null(),
        state_count: 0,
        messages: std::ptr::null(),
        message_count: 0,
    };
    let host = &*instance.host;
    (host.complete)(host.context, &outcome, 1);
}

unsafe extern "C" fn schema(reader: *mut c_void, read: ReadBytes) {
    read(reader, Bytes::of(settings::SCHEMA));
}

unsafe extern "C" fn check(configuration: Bytes, reader: *mut c_void, fault: ReadFault) {
    guarded((), || {
        if let Err(faults) = settings::read(configuration.as_slice()) {
            for (path, words) in faults {
                fault(reader, Bytes::of(&path), Bytes::of(&words));
            }
        }
    });
}

unsafe extern "C" fn extension(name: *const c_char) -> *const c_void {
    static CONFIG: ConfigTable = ConfigTable { schema, check };
    if CStr::from_ptr(name).to_bytes() == XD_EXT_CONFIG {
        &CONFIG as *const ConfigTable as *const c_void
    } else {
        std::ptr::null()
    }
}

static TABLE: PluginTable = PluginTable {
    struct_size: std::mem::size_of::<PluginTable>() as u32,
    minor: XD_ABI_MINOR,
    create,
    destroy,
    start,
    stop,
    deliver,
    accepted: None,
    extension: Some(extension),
};

/// The one export.
#[no_mangle]
pub extern "C" fn xd_plugin_v0() -> *const PluginTable {
    &TABLE
}
