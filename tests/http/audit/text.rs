//! What a client chose is text in its own string, and what it must not choose is not there.

use auth_core::{
    AuditTrail, Granted, Identity, JsonLines, Load, PolicyRouter, Principal, Resource, requires,
    routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, Note, UserId},
};
use http::Method;

use super::{DropNote, Memory, app, schema};

#[tokio::test]
async fn no_text_of_a_clients_leaves_its_string() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = app(trail.clone());
    for naughty in [
        "a\"b\\c",
        "ann\u{7f}",
        "r\u{e9}n\u{e9}e",
        "\u{202e}drowssap",
        "line\u{2028}feed",
        "{{7*7}}",
        "' OR 1=1",
    ] {
        let ann = Principal::for_test(Identity::person("tests", naughty));
        let request = http::Request::builder()
            .uri("/write")
            .header("x-request", "id\t\"1\"");
        let request = request
            .header("x-caller", "ann\"\\")
            .body(axum::body::Body::empty());
        auth_tests::send(&app, request.unwrap()).await;
        let event = DropNote::authorize(&ann, &notes::state())
            .key::<Note>(2)
            .await;
        assert!(event.is_err());
    }
    trail.flushed().await.expect("in time");
    let text = memory.text();
    assert!(
        text.bytes()
            .all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)),
        "{text}"
    );
    let events = memory.events();
    assert_eq!(events[0]["request_id"], "id\t\"1\"");
    assert_eq!(events[0]["principal"]["subject"], "ann\"\\");
}

/// Something whose key is text of a client's.
#[derive(Clone, Resource)]
struct Page {
    #[key]
    title: String,
    #[owner]
    author: UserId,
}

impl Load for Page {
    type State = notes::App;
    type Key = String;
    type Error = String;

    async fn load(title: String, _: &notes::App) -> Result<Option<Self>, String> {
        let author = UserId("bob".to_owned());
        Ok(Some(Self { title, author }))
    }
}

#[requires(owns = "page")]
async fn page(page: Granted<Page>) -> String {
    page.title.clone()
}

#[tokio::test]
async fn a_key_is_the_one_that_was_decoded_and_a_path_is_never_there() {
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = PolicyRouter::new()
        .route("/pages/{page_id}", get(page))
        .with_state(notes::state())
        .audit(trail.clone())
        .authenticate(Callers);
    for (path, key) in [
        ("/pages/a%22b%5Cc", "a\"b\\c"),
        ("/pages/line%0Afeed%1B[31m", "line\nfeed\u{1b}[31m"),
        ("/pages/%E2%80%AEdrowssap", "\u{202e}drowssap"),
        ("/pages/%00", "\0"),
        ("/pages/..%2F..%2Fetc", "../../etc"),
        ("/pages/1?token=secret", "1"),
    ] {
        let answer = call(&app, Method::GET, path, "ann").await;
        assert_eq!(answer.status(), 403, "{path}");
        trail.flushed().await.expect("in time");
        let events = memory.events();
        let event = events.last().expect("an event");
        assert_eq!(event["resources"][0]["key"], key, "{event}");
        assert_eq!(event["route"], "/pages/{page_id}");
        assert!(schema().is_valid(event), "{event}");
    }
    let text = memory.text();
    assert!(
        text.bytes()
            .all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte))
    );
    assert!(!text.contains("secret") && !text.contains('%'), "{text}");
}
