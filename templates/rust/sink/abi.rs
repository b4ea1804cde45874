//! The contract of crossdock/abi.h, version 0.9, as Rust sees it: the part that a sink needs. Sizes
//! and offsets are those of the header; the conformance run would show a mistake at once.
#![allow(dead_code)]

use std::os::raw::{c_char, c_void};

pub const XD_OK: i32 = 0;
pub const XD_FAILED: i32 = 5;
pub const XD_MISSING: i32 = 6;

pub const XD_DONE: i32 = 1;
pub const XD_REJECTED: i32 = 2;
pub const XD_RETRY: i32 = 3;

pub const XD_ABI_MINOR: u32 = 9;
pub const XD_EXT_CONFIG: &[u8] = b"crossdock.config/1";

/// Text or bytes with their length, borrowed for the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes {
    pub data: *const c_char,
    pub size: usize,
}

impl Bytes {
    pub fn of(text: &str) -> Bytes {
        Bytes { data: text.as_ptr() as *const c_char, size: text.len() }
    }
    pub fn none() -> Bytes {
        Bytes { data: std::ptr::null(), size: 0 }
    }
    /// The caller must not keep it: it is borrowed for the call.
    pub unsafe fn as_slice<'a>(&self) -> &'a [u8] {
        if self.size == 0 || self.data.is_null() {
            &[]
        } else {
            std::slice::from_raw_parts(self.data as *const u8, self.size)
        }
    }
}

#[repr(C)]
pub struct Message {
    pub struct_size: u32,
    pub attempt: u32,
    pub token: u64,
    pub id: Bytes,
    pub kind: Bytes, // type in the header
    pub source: Bytes,
    pub subject: Bytes,
    pub dataschema: Bytes,
    pub traceparent: Bytes,
    pub tenant: Bytes,
    pub correlation_id: Bytes,
    pub causation_id: Bytes,
    pub idempotency_key: Bytes,
    pub business_key: Bytes,
    pub target: Bytes,
    pub occurred_at_ns: i64,
    pub observed_at_ns: i64,
    pub recorded_at_ns: i64,
    pub data: Bytes,
    pub original: Bytes,
    pub original_type: Bytes,
}

#[repr(C)]
pub struct Outcome {
    pub struct_size: u32,
    pub kind: i32,
    pub token: u64,
    pub retry_after_ns: i64,
    pub reason: Bytes,
    pub reference: Bytes,
    pub evidence_request: Bytes,
    pub evidence_answer: Bytes,
    pub state: *const c_void,
    pub state_count: usize,
    pub messages: *const Message,
    pub message_count: usize,
}

#[repr(C)]
pub struct ErrorSink {
    pub context: *mut c_void,
    pub set: Option<unsafe extern "C" fn(*mut c_void, Bytes)>,
}

#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub minor: u32,
    pub context: *mut c_void,
    pub emit: unsafe extern "C" fn(*mut c_void, *const c_void) -> i32,
    pub complete: unsafe extern "C" fn(*mut c_void, *const Outcome, usize) -> i32,
    pub log: unsafe extern "C" fn(*mut c_void, i32, Bytes),
    pub extension: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_void,
}

#[repr(C)]
pub struct PluginTable {
    pub struct_size: u32,
    pub minor: u32,
    pub create:
        unsafe extern "C" fn(*const Host, Bytes, *const ErrorSink) -> *mut crate::Instance,
    pub destroy: unsafe extern "C" fn(*mut crate::Instance),
    pub start: unsafe extern "C" fn(*mut crate::Instance, *const ErrorSink) -> i32,
    pub stop: unsafe extern "C" fn(*mut crate::Instance),
    pub deliver: unsafe extern "C" fn(*mut crate::Instance, *const Message, usize) -> i32,
    pub accepted: Option<unsafe extern "C" fn(*mut crate::Instance, u64)>,
    pub extension: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
}
unsafe impl Sync for PluginTable {}

pub type ReadBytes = unsafe extern "C" fn(*mut c_void, Bytes);
pub type ReadFault = unsafe extern "C" fn(*mut c_void, Bytes, Bytes);

/// crossdock.config/1
#[repr(C)]
pub struct ConfigTable {
    pub schema: unsafe extern "C" fn(*mut c_void, ReadBytes),
    pub check: unsafe extern "C" fn(Bytes, *mut c_void, ReadFault),
}
