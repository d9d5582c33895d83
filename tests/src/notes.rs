//! An app of notes: a handler for each shape of policy, over a store that can be made to fail.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use auth_core::{
    Context, Granted, Load, Permissions, PolicyRouter, Principal, Problem, Resource, Roles,
    SubjectId, condition, policy, public, requires,
    routing::{delete, get, post, put},
};
use axum::extract::{FromRef, State};

use crate::Callers;

/// The app's roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub enum Role {
    /// May read.
    Reader,
    /// May write.
    #[implies(Reader)]
    Writer,
    /// May do everything.
    #[implies(Writer)]
    #[grants("note:delete")]
    Admin,
}

/// The app's permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
pub enum Permission {
    /// `note:delete`
    NoteDelete,
}

/// Who a note belongs to.
#[derive(Clone, Debug, PartialEq, Eq, SubjectId)]
pub struct UserId(pub String);

/// What the app keeps.
#[derive(Clone, Debug, Resource)]
pub struct Note {
    /// Its key.
    #[key]
    pub id: u64,
    /// Its owner.
    #[owner]
    pub author: UserId,
    /// Whether it may be changed.
    pub locked: bool,
    /// Whether anyone may read it.
    pub published: bool,
}

/// Where notes are, and how often they were asked for.
#[derive(Clone, Debug, Default)]
pub struct Store {
    notes: Arc<HashMap<u64, Note>>,
    loads: Arc<AtomicUsize>,
}

impl Store {
    /// All notes, in the order of their keys.
    #[must_use]
    pub fn all(&self) -> Vec<Note> {
        let mut all: Vec<_> = self.notes.values().cloned().collect();
        all.sort_by_key(|note| note.id);
        all
    }

    /// How many loads there were.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.loads.load(Ordering::Relaxed)
    }
}

/// The router's state; rules take parts of it.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// Where notes are.
    pub store: Store,
}

impl FromRef<App> for Store {
    fn from_ref(app: &App) -> Self {
        app.store.clone()
    }
}

/// A key for each fault of a store.
pub const DOWN: u64 = 500;
/// See [`DOWN`].
pub const PANICS: u64 = 501;
/// See [`DOWN`].
pub const HANGS: u64 = 502;
/// A key of nothing.
pub const MISSING: u64 = 404;

impl Load for Note {
    type State = Store;
    type Key = u64;
    type Error = String;

    async fn load(key: u64, store: &Store) -> Result<Option<Self>, String> {
        store.loads.fetch_add(1, Ordering::Relaxed);
        match key {
            DOWN => Err("the store is down".to_owned()),
            PANICS => panic!("in the store"),
            HANGS => std::future::pending().await,
            key => Ok(store.notes.get(&key).cloned()),
        }
    }
}

/// the note is not locked
#[condition]
pub fn unlocked(note: &Note) -> bool {
    !note.locked
}

/// the note is published
#[condition]
pub async fn published(note: &Note, store: State<Store>) -> Result<bool, String> {
    let _ = store.0.loads();
    Ok(note.published)
}

/// the caller is ann
#[condition]
pub fn is_ann(principal: &Principal) -> bool {
    principal.subject() == "ann"
}

/// the request only reads
#[condition]
pub fn reads(context: &Context) -> bool {
    context.method().is_some_and(http::Method::is_safe)
}

/// the note's number is below a limit
#[condition]
pub fn below(note: &Note, #[param] limit: u64) -> bool {
    note.id < limit
}

/// the caller is somebody, if only for a test
#[condition]
pub fn known(caller: Option<&Principal>) -> bool {
    caller.is_some()
}

/// the store answers, after a while
#[condition]
pub async fn answered(principal: &Principal, store: State<Store>) -> Result<bool, String> {
    let _ = store.0.loads();
    match principal.subject() {
        "down" => Err("the directory is down".to_owned()),
        "panics" => panic!("in a condition"),
        "hangs" => std::future::pending().await,
        subject => Ok(subject == "ann"),
    }
}

/// Who may see a note at all.
#[derive(Debug)]
#[policy(any(owns = "note", role = "admin"), hide)]
pub struct SeeNote;

/// Who may see a note numbered below `LIMIT`.
#[derive(Debug)]
#[policy(role = "reader", when = below(LIMIT))]
pub struct SeeBelow<const LIMIT: u64>;

/// Who may edit a note.
#[derive(Debug)]
#[policy(any(owns = "note", role = "admin"), when = unlocked)]
pub struct EditNote;

#[requires(authenticated)]
async fn whoami(me: Principal) -> String {
    me.subject().to_owned()
}

#[requires(role = "writer")]
async fn write() -> &'static str {
    "written"
}

#[requires(permission = "note:delete")]
async fn remove() -> &'static str {
    "removed"
}

#[requires(scope = "notes:write")]
async fn scoped() -> &'static str {
    "scoped"
}

#[requires(role = Reader, owns = Note)]
async fn owned(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(any(role = Role::Admin, owns = "note"))]
async fn admin_or_owner(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(any(role = "admin", when = published))]
async fn readable(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(owns = "note", not(when = unlocked))]
async fn locked(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(policy = EditNote)]
async fn edit(note: Granted<Note, EditNote>) -> Result<String, Problem> {
    Ok(note.into_inner().id.to_string())
}

#[requires(role = "reader", forbid(when = is_ann))]
async fn anyone_but_ann() -> &'static str {
    "not ann"
}

#[requires(owns = "note", hide)]
async fn hidden(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(authenticated, when = reads)]
async fn reading() -> &'static str {
    "read"
}

#[requires(authenticated, when = |note: &Note| note.id == 1)]
async fn first(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(not(role = "admin"))]
async fn no_admins() -> &'static str {
    "no admins"
}

#[requires(not(owns = "note"))]
async fn anothers(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(role = "reader", when = below(3))]
async fn small(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(policy = SeeBelow<2>)]
async fn smaller(note: Granted<Note, SeeBelow<2>>) -> String {
    note.id.to_string()
}

#[requires(policy = SeeNote)]
async fn hidden_by_policy(note: Granted<Note, SeeNote>) -> String {
    note.id.to_string()
}

#[requires(any(owns = "note", when = published), hide)]
async fn hidden_unless_published(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(role = "reader", unless = published)]
async fn unpublished(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(any(all(role = "writer", owns = "note"), all(role = "admin", not(when = unlocked))))]
async fn nested(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(role = "reader", any(scope = "notes:read", scope = "notes:write"))]
async fn either_scope() -> &'static str {
    "scoped"
}

#[requires(when = answered)]
async fn asked() -> &'static str {
    "asked"
}

#[requires(when = known)]
async fn somebody() -> &'static str {
    "somebody"
}

#[requires(role = "writer")]
async fn with_body(body: axum::Json<serde_json::Value>) -> String {
    body.0.to_string()
}

#[public(because = "probes ask for it")]
async fn health(me: Option<Principal>) -> String {
    me.map_or_else(|| "nobody".to_owned(), |me| me.subject().to_owned())
}

#[public(because = "one logs in here", ignores_credentials)]
async fn login() -> &'static str {
    "log in"
}

/// The state with ann's note 1, bob's note 2 and ann's locked note 3.
#[must_use]
pub fn state() -> App {
    let note = |id, author: &str, locked, published| {
        (
            id,
            Note {
                id,
                author: UserId(author.to_owned()),
                locked,
                published,
            },
        )
    };
    let notes = [
        note(1, "ann", false, true),
        note(2, "bob", false, false),
        note(3, "ann", true, false),
    ];
    App {
        store: Store {
            notes: Arc::new(notes.into()),
            ..Store::default()
        },
    }
}

/// The routes, over `state`.
pub fn app(state: App) -> auth_core::Guarded {
    PolicyRouter::new()
        .route("/whoami", get(whoami))
        .route("/write", put(write))
        .route("/remove", delete(remove))
        .route("/scoped", get(scoped))
        .route("/owned/{note_id}", get(owned))
        .route("/admin-or-owner/{note_id}", get(admin_or_owner))
        .route("/readable/{note_id}", get(readable))
        .route("/locked/{note_id}", get(locked))
        .route("/notes/{id}", put(edit))
        .route("/anyone-but-ann", get(anyone_but_ann))
        .route("/hidden/{note_id}", get(hidden))
        .route("/reading", get(reading).post(reading))
        .route("/first/{note_id}", get(first))
        .route("/no-admins", get(no_admins))
        .route("/anothers/{note_id}", get(anothers))
        .route("/small/{note_id}", get(small))
        .route("/smaller/{note_id}", get(smaller))
        .route("/hidden-by-policy/{note_id}", get(hidden_by_policy))
        .route(
            "/hidden-unless-published/{note_id}",
            get(hidden_unless_published),
        )
        .route("/unpublished/{note_id}", get(unpublished))
        .route("/nested/{note_id}", get(nested))
        .route("/either-scope", get(either_scope))
        .route("/asked", get(asked))
        .route("/somebody", get(somebody))
        .route("/with-body", post(with_body))
        .route("/health", get(health))
        .route("/login", post(login))
        .with_state(state)
        .authenticate(Callers)
}
