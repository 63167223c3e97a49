//! What plugins in Rust have in common: the interface of docs/plugins.md, section "WASM", by the
//! standard library alone. A plugin is a file beside this one, which says `mod asbru;` and has
//!
//!     const POINTS: u32                      where it wants to be called
//!     fn look(frame: &str) -> Option<String> what it answers to a frame; None goes on

#![allow(dead_code)] // each plugin uses a part of it

use std::sync::Mutex;

#[link(wasm_import_module = "asbru")]
extern "C" {
    /// Writes as much of the settings as there is room for, and returns their size.
    #[link_name = "settings"]
    fn host_settings(at: *mut u8, room: u32) -> u32;
    /// Asks over the network, and returns the size of what came of it.
    #[link_name = "http_fetch"]
    fn host_http_fetch(at: *const u8, size: u32) -> u32;
    /// Writes as much of that as there is room for, and returns its size.
    #[link_name = "http_answer"]
    fn host_http_answer(at: *mut u8, room: u32) -> u32;
}

pub const BEFORE_ROUTE: u32 = 1;

/// The frame and its answer: they stay where they are until the next one.
static FRAME: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ANSWER: Mutex<String> = Mutex::new(String::new());

#[no_mangle]
pub extern "C" fn asbru_abi() -> u32 {
    1
}

#[no_mangle]
pub extern "C" fn asbru_points() -> u32 {
    crate::POINTS
}

#[no_mangle]
pub extern "C" fn asbru_alloc(size: u32) -> *mut u8 {
    let mut frame = FRAME.lock().unwrap();
    frame.resize(size as usize, 0);
    frame.as_mut_ptr()
}

#[no_mangle]
pub extern "C" fn asbru_hook(_at: u32, size: u32) -> u64 {
    let frame = FRAME.lock().unwrap();
    let frame = std::str::from_utf8(&frame[..size as usize]).expect("a frame is text");
    match crate::look(frame) {
        None => 0, // the call goes on
        Some(said) => {
            let mut answer = ANSWER.lock().unwrap();
            *answer = said;
            (answer.as_ptr() as u64) << 32 | answer.len() as u64
        }
    }
}

/// The plugin's own settings, JSON.
pub fn settings() -> String {
    let size = unsafe { host_settings(std::ptr::null_mut(), 0) };
    let mut text = vec![0; size as usize];
    unsafe { host_settings(text.as_mut_ptr(), size) };
    String::from_utf8(text).expect("settings are text")
}

/// What came of a question over the network: JSON, both.
pub fn fetch(question: &str) -> String {
    let size = unsafe { host_http_fetch(question.as_ptr(), question.len() as u32) };
    let mut text = vec![0; size as usize];
    unsafe { host_http_answer(text.as_mut_ptr(), size) };
    String::from_utf8(text).expect("an answer is text")
}

/// The answer that refuses the call. Neither text has anything that must be escaped.
pub fn refuse(status: u32, code: &str, message: &str) -> Option<String> {
    Some(format!(r#"{{"action":"refuse","error":{{"status":{status},"code":"{code}","message":"{message}"}}}}"#))
}

/// The value of a member of an object, as it stands there.
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = object.trim_start().strip_prefix('{')?;
    loop {
        let (key, after) = rest.split_at(end(rest)?);
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        let (value, after) = value.split_at(end(value)?);
        if key.trim().trim_matches('"') == name {
            return Some(value);
        }
        rest = after.trim_start().strip_prefix(',')?;
    }
}

/// The texts of a list. They have no escapes here.
pub fn strings(object: &str, name: &str) -> Vec<String> {
    member(object, name).map_or(Vec::new(), |list| list.split('"').skip(1).step_by(2).map(str::to_string).collect())
}

/// Where the value ends that text begins with.
fn end(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (i, c) in text.bytes().enumerate() {
        match c {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b',' | b':' | b'}' | b']' if depth == 0 => return Some(i),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    (depth == 0 && !quoted).then_some(text.len())
}
