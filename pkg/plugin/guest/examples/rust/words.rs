//! A plugin that hides words in what callers say, and refuses calls that have a forbidden one:
//!
//!     {"hide": ["Acme"], "forbid": ["password"]}
//!
//! It uses the standard library alone. Built with
//!
//!     rustc --target wasm32-unknown-unknown --crate-type cdylib -O -o words.wasm words.rs
//!
//! docs/plugins.md, section "WASM", says what a module exports, and "Frames" what passes.

use std::sync::Mutex;

#[link(wasm_import_module = "asbru")]
extern "C" {
    /// Writes as much of the settings as there is room for, and returns their size.
    #[link_name = "settings"]
    fn host_settings(at: *mut u8, room: u32) -> u32;
}

/// The frame and its answer: they stay where they are until the next one.
static FRAME: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ANSWER: Mutex<String> = Mutex::new(String::new());

/// Read with the first frame.
static SETTINGS: Mutex<Option<Settings>> = Mutex::new(None);

const BEFORE_ROUTE: u32 = 1;

#[no_mangle]
pub extern "C" fn asbru_abi() -> u32 {
    1
}

#[no_mangle]
pub extern "C" fn asbru_points() -> u32 {
    BEFORE_ROUTE
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
    let mut settings = SETTINGS.lock().unwrap();
    match look(frame, settings.get_or_insert_with(read_settings)) {
        None => 0, // the call goes on
        Some(said) => {
            let mut answer = ANSWER.lock().unwrap();
            *answer = said;
            (answer.as_ptr() as u64) << 32 | answer.len() as u64
        }
    }
}

struct Settings {
    hide: Vec<String>,
    forbid: Vec<String>,
}

fn read_settings() -> Settings {
    let size = unsafe { host_settings(std::ptr::null_mut(), 0) };
    let mut text = vec![0; size as usize];
    unsafe { host_settings(text.as_mut_ptr(), size) };
    let text = String::from_utf8(text).expect("settings are text");
    Settings { hide: strings(&text, "hide"), forbid: strings(&text, "forbid") }
}

fn look(frame: &str, settings: &Settings) -> Option<String> {
    let request = member(frame, "request")?;
    if settings.forbid.iter().any(|word| request.contains(word.as_str())) {
        return Some(
            r#"{"action":"refuse","error":{"status":422,"code":"forbidden_word","message":"The request has a word that is not allowed here."}}"#
                .to_string(),
        );
    }
    let hidden = settings.hide.iter().fold(request.to_string(), |text, word| text.replace(word.as_str(), "***"));
    if hidden == request {
        return None;
    }
    Some(format!(r#"{{"request":{hidden},"notes":{{"words":"hidden"}}}}"#))
}

/// The value of a member of an object, as it stands there.
fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
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
fn strings(object: &str, name: &str) -> Vec<String> {
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
