//! A plugin that lets only those users call whom a directory of the house knows: it asks
//! URL?user=NAME, where 200 means that it does, and 404 that it does not.
//!
//!     {"url": "https://directory.example.com/users"}
//!
//! It needs the directory's host among those that it may ask (fetch.hosts).

mod asbru;

const POINTS: u32 = asbru::BEFORE_ROUTE;

fn look(frame: &str) -> Option<String> {
    let settings = asbru::settings();
    let url = asbru::member(&settings, "url").unwrap_or("").trim_matches('"');
    let user = asbru::member(frame, "call").and_then(|call| asbru::member(call, "end_user")).unwrap_or("");
    let user: String = user.trim_matches('"').bytes().map(|b| format!("%{b:02X}")).collect();
    let answer = asbru::fetch(&format!(r#"{{"url":"{url}?user={user}"}}"#));
    match asbru::member(&answer, "status") {
        Some("200") => None,
        Some("404") => asbru::refuse(403, "unknown_user", "The directory does not know the user of this call."),
        _ => asbru::refuse(503, "directory_away", "The directory cannot be asked at the moment."),
    }
}
