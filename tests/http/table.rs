//! The table of policies, as a reviewer reads it.

use auth_core::{PolicyRouter, guarded, public, routing::get};
use auth_tests::{
    Callers,
    notes::{self, EditNote},
};

/// The table without files and lines, which move.
fn printed(app: &auth_core::Guarded) -> String {
    let table = app.policies().to_string();
    let lines = table.lines().map(|line| {
        let (line, place) = line.rsplit_once('\t').expect("a place in each line");
        assert!(place.contains(".rs:"), "{place}");
        line.to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_route_says_what_it_takes_in_the_words_of_its_attribute() {
    let table = printed(&notes::app(notes::state()));
    for line in [
        "GET /whoami\tauthenticated",
        "PUT /write\trole = \"writer\"",
        "GET /owned/{note_id}\trole = \"reader\", owns = \"note\"",
        "GET /readable/{note_id}\tany(role = \"admin\", when = published)",
        "GET /locked/{note_id}\towns = \"note\", not(when = unlocked)",
        "GET /anyone-but-ann\trole = \"reader\", forbid(when = is_ann)",
        "GET /hidden/{note_id}\towns = \"note\", hide",
        "GET /small/{note_id}\trole = \"reader\", when = below(3)",
        "PUT /notes/{id}\tpolicy = EditNote",
        "GET /smaller/{note_id}\tpolicy = SeeBelow<2>",
        "GET /health\tpublic because \"probes ask for it\"",
        "policy EditNote\tany(owns = \"note\", role = \"admin\"), when = unlocked\tWho may edit a note.",
        "policy SeeNote\tany(owns = \"note\", role = \"admin\"), hide\tWho may see a note at all.",
    ] {
        assert!(
            table.lines().any(|one| one == line),
            "{line:?} is not in:\n{table}"
        );
    }
    assert_eq!(table.matches("policy EditNote\t").count(), 1);
}

#[public(because = "it says so where nothing is")]
async fn nowhere() -> &'static str {
    "nowhere"
}

#[test]
fn what_is_no_route_stands_in_the_table_too() {
    let files = axum::routing::get(|| async { "a file" });
    let app = PolicyRouter::new()
        .route(
            "/notes/{note_id}",
            get(guarded(EditNote, || async { "a closure" })),
        )
        .nest_service("/files", public("static files"), files)
        .route(
            "/closure",
            get(guarded(public("a closure may be"), || async { "open" })),
        )
        .fallback(nowhere)
        .method_not_allowed_fallback(nowhere)
        .with_state(notes::state())
        .authenticate(Callers);
    assert_eq!(
        printed(&app),
        "GET /notes/{note_id}\tany(owns = \"note\", role = \"admin\"), when = unlocked\n\
         ANY /files and below\tpublic because \"static files\"\n\
         GET /closure\tpublic because \"a closure may be\"\n\
         ANY / (unknown path)\tpublic because \"it says so where nothing is\"\n\
         ANY / (unknown method)\tpublic because \"it says so where nothing is\"\n\
         policy EditNote\tany(owns = \"note\", role = \"admin\"), when = unlocked\tWho may edit a note."
    );
}
