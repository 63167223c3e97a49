//! A plugin that hides words in what callers say, and refuses calls that have a forbidden one:
//!
//!     {"hide": ["Acme"], "forbid": ["password"]}
//!
//! Built with
//!
//!     rustc --target wasm32-unknown-unknown --crate-type cdylib -O -o words.wasm words.rs

mod asbru;

use std::sync::OnceLock;

const POINTS: u32 = asbru::BEFORE_ROUTE;

struct Settings {
    hide: Vec<String>,
    forbid: Vec<String>,
}

/// Read with the first frame.
static SETTINGS: OnceLock<Settings> = OnceLock::new();

fn look(frame: &str) -> Option<String> {
    let settings = SETTINGS.get_or_init(|| {
        let text = asbru::settings();
        Settings { hide: asbru::strings(&text, "hide"), forbid: asbru::strings(&text, "forbid") }
    });
    let request = asbru::member(frame, "request")?;
    if settings.forbid.iter().any(|word| request.contains(word.as_str())) {
        return asbru::refuse(422, "forbidden_word", "The request has a word that is not allowed here.");
    }
    let hidden = settings.hide.iter().fold(request.to_string(), |text, word| text.replace(word.as_str(), "***"));
    if hidden == request {
        return None;
    }
    Some(format!(r#"{{"request":{hidden},"notes":{{"words":"hidden"}}}}"#))
}
